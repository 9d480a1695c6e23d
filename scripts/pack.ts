/**
 * Writes what is published, one tarball a package: `npm run pack -- [--out folder]`. Each is laid out in a folder of its own
 * first: the built files of sources that exist, without tests, maps, scripts and what only this repository reads of a manifest.
 */
import { spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { bundleService } from './service-bundle.ts'

const root = join(import.meta.dirname, '..')
const { values } = parseArgs({ options: { out: { type: 'string', default: 'packages' } } })
const out = resolve(values.out)
await mkdir(out, { recursive: true })

interface Manifest {
  name: string
  exports?: Record<string, { default: string }>
  bin?: Record<string, string>
  dependencies?: Record<string, string>
  [key: string]: unknown
}

/**
 * Newer ones bring a cookie that asks for Node 22. The override that keeps it away here counts in a project's root alone; but what a
 * package asks for itself is there first, and fastify takes it.
 */
const heldBack = { 'light-my-request': '6.6.0' }

const read = async (name: string): Promise<Manifest> =>
  JSON.parse(await readFile(join(root, name, 'package.json'), 'utf8')) as Manifest

await pack('contract', library)
await pack('client', library)
await pack('server', service)

/** A package that is imported: its built modules with their types. */
async function library(name: string, stage: string): Promise<Manifest> {
  await copyBuilt(name, join(stage, 'dist'), ['.js', '.d.ts'])
  const { exports = {}, ...manifest } = await read(name)
  const built = Object.entries(exports).map(([path, { default: file }]) => [
    path,
    { types: file.replace(/\.js$/, '.d.ts'), default: file },
  ])
  return { ...manifest, sideEffects: false, types: './dist/index.d.ts', exports: Object.fromEntries(built) }
}

/** The service lies in its package as it lies here and in the container image: nothing in it asks where it is. */
async function service(name: string, stage: string): Promise<Manifest> {
  const manifest = await read(name)
  const inside = join(stage, name)
  await bundleService(root, join(inside, 'dist'))
  for (const part of ['bin', 'migrations', 'fonts']) {
    await cp(join(root, name, part), join(inside, part), { recursive: true })
  }
  await cp(join(root, 'web/dist'), join(stage, 'web/dist'), { recursive: true })
  await cp(join(root, 'docs/openapi.json'), join(stage, 'docs/openapi.json'))
  await cp(join(root, 'CHANGELOG.md'), join(stage, 'CHANGELOG.md'))
  const { version } = manifest
  // The contract is in what was built.
  const { '@rendition/contract': _contract, ...dependencies } = manifest.dependencies ?? {}
  await writeFile(join(inside, 'package.json'), JSON.stringify({ version, type: 'module' }))
  const bin = Object.entries(manifest.bin ?? {}).map(([word, file]) => [word, join(name, file)])
  return {
    ...manifest,
    bin: Object.fromEntries(bin),
    dependencies: { ...dependencies, ...heldBack },
  }
}

async function pack(name: string, layOut: (name: string, stage: string) => Promise<Manifest>): Promise<void> {
  const stage = await mkdtemp(join(tmpdir(), 'rendition-pack-'))
  try {
    const {
      private: _private,
      devDependencies: _tools,
      scripts: _scripts,
      ...manifest
    } = await layOut(name, stage)
    const { engines } = await read('.')
    await writeFile(join(stage, 'package.json'), `${JSON.stringify({ ...manifest, engines }, null, 2)}\n`)
    await cp(join(root, 'LICENSE'), join(stage, 'LICENSE'))
    await cp(join(root, name, 'README.md'), join(stage, 'README.md'))
    const npm = spawn('npm', ['pack', '--silent', '--pack-destination', out], {
      cwd: stage,
      stdio: 'inherit',
    })
    const code = await new Promise<number | null>((resolve) => npm.once('close', resolve))
    if (code !== 0) throw new Error(`npm pack of ${name} ended with ${code}`)
  } finally {
    await rm(stage, { recursive: true, force: true })
  }
}

/** What the compiler made of the sources that are there now: it leaves what it made of those that are gone. */
async function copyBuilt(name: string, to: string, endings: readonly string[]): Promise<void> {
  const sources = await readdir(join(root, name, 'src'), { recursive: true })
  for (const source of sources) {
    if (!/(?<!\.d)\.ts$/.test(source) || /\.(test|contract)\.ts$|(^|\/)testing\//.test(source)) continue
    for (const ending of endings) {
      const file = source.replace(/\.ts$/, ending)
      const text = await readFile(join(root, name, 'dist', file), 'utf8').catch((cause: unknown) => {
        throw new Error(`${name}/${file} is not built: npm run build`, { cause })
      })
      await mkdir(dirname(join(to, file)), { recursive: true })
      await writeFile(join(to, file), text.replace(/^\/\/# sourceMappingURL=.*$\n?/m, ''))
    }
  }
}
