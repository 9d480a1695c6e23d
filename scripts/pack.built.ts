// @module-tag slow/packages
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

/**
 * What is published, as somebody gets it: packed, installed in empty projects, used. `NODES` names other Node binaries,
 * with colons between; the versions that are promised and not there are skipped by name.
 */
const root = join(import.meta.dirname, '..')
const run = promisify(execFile)
const nodes = [process.execPath, ...(process.env.NODES ?? '').split(':').filter((path) => path !== '')]
const majors = new Map<number, string>()
for (const node of nodes) {
  const { stdout } = await run(node, ['--version'])
  majors.set(Number.parseInt(stdout.slice(1), 10), node)
}
const promised = [20, 24]

let work: string
let tarballs: string
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'rendition-packages-'))
  tarballs = join(work, 'tarballs')
  await run(process.execPath, ['--import', 'tsx', 'scripts/pack.ts', '--out', tarballs], { cwd: root })
}, 120_000)
afterAll(() => rm(work, { recursive: true, force: true }))

async function filesIn(name: string): Promise<string[]> {
  const { stdout } = await run('tar', ['-tzf', join(tarballs, await tarballOf(name))], { maxBuffer: 1e7 })
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.replace(/^package\//, ''))
}

async function tarballOf(name: string): Promise<string> {
  const found = (await readdir(tarballs)).find((file) => file.startsWith(`rendition-${name}-`))
  if (found === undefined) throw new Error(`no tarball of ${name}`)
  return found
}

/** An empty project with these packages from their tarballs and what they ask for from the registry or npm's cache. */
async function project(folder: string, names: readonly string[]): Promise<string> {
  const path = join(work, folder)
  await mkdir(path)
  await writeFile(join(path, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }')
  const files = await Promise.all(names.map(async (name) => join(tarballs, await tarballOf(name))))
  const words = [
    'install',
    '--prefer-offline',
    '--engine-strict',
    '--no-audit',
    '--no-fund',
    '--no-progress',
    ...files,
  ]
  await run('npm', words, { cwd: path, timeout: 240_000 })
  return path
}

describe('the tarballs', () => {
  it.each(['contract', 'client', 'server'])('%s holds what runs and nothing else', async (name) => {
    const files = await filesIn(name)
    expect(files).toEqual(expect.arrayContaining(['package.json', 'LICENSE', 'README.md']))
    // Who looks into a fault of the service asks for its maps.
    const spare = name === 'server' ? /\.tsbuildinfo$|\.tsx?$/ : /\.map$|\.tsbuildinfo$|(?<!\.d)\.tsx?$/
    expect(files.filter((file) => /\.test\.|\/testing\//.test(file) || spare.test(file))).toEqual([])
    const { stdout } = await run('tar', [
      '-xzOf',
      join(tarballs, await tarballOf(name)),
      'package/package.json',
    ])
    const manifest = JSON.parse(stdout) as Record<string, unknown>
    expect(Object.keys(manifest)).not.toEqual(expect.arrayContaining(['private']))
    expect(stdout).not.toMatch(/"private"|devDependencies|\.\/src\//)
    expect(manifest).toMatchObject({ license: 'Apache-2.0', engines: { node: '>=20.19' } })
  })

  it('the service comes with its migrations, its page in all its forms, its fonts and its API description', async () => {
    const files = await filesIn('server')
    const migrations = (await readdir(join(root, 'server/migrations'))).map(
      (file) => `server/migrations/${file}`,
    )
    const page = (await readdir(join(root, 'web/dist'), { recursive: true, withFileTypes: true }))
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    expect(page.some((file) => file.endsWith('.js.br'))).toBe(true)
    expect(files).toEqual(
      expect.arrayContaining([
        ...migrations,
        ...page,
        'server/bin/rendition.js',
        'server/dist/main.js',
        'server/dist/child.js',
        'server/fonts/fonts.conf',
        'docs/openapi.json',
        'CHANGELOG.md',
      ]),
    )
  })
})

const program = `
import { createClient, createUrlBuilder, isProblem, type Image, type Transformation, verifyWebhook } from '@rendition/client'
import { checkShape } from '@rendition/client/check-shape'
import { errorCatalogue } from '@rendition/contract'

const client = createClient({ baseUrl: 'http://127.0.0.1:1', check: checkShape })
const wanted: Transformation = { width: 300, fit: 'cover', format: 'webp' }
const steps: Transformation = { steps: [{ op: 'blur', sigma: 3 }], quality: 80 }
// @ts-expect-error there is no such format
const wrong: Transformation = { format: 'bmp' }
// @ts-expect-error nor such a parameter
const misspelt: Transformation = { witdh: 300 }
export const edit = (image: Image) => client.images.transform(image.id, wanted ?? steps ?? wrong ?? misspelt, { saveImage: true })
export const judge = verifyWebhook
const status: number = errorCatalogue.not_found.status
const url: string = createUrlBuilder({ baseUrl: 'https://x.example' }).url({ imageId: 'a', parameters: { width: 640 } })
const failed = await client.images.list().catch((error: unknown) => isProblem(error) ? 'problem' : (error as Error).name)
console.log(url, status, failed)
`
const printed = 'https://x.example/images/a?width=640 404 NetworkError'

describe('the client in an empty project', () => {
  let folder: string
  beforeAll(async () => {
    folder = await project('client-user', ['contract', 'client'])
    await writeFile(join(folder, 'use.ts'), program)
  }, 240_000)

  it.each([
    ['NodeNext', 'NodeNext'],
    ['ESNext', 'Bundler'],
  ])('has types, strictly, as %s modules by %s resolution', async (module, moduleResolution) => {
    const compilerOptions = {
      ...{ module, moduleResolution, strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false },
      ...{ target: 'ES2022', lib: ['ES2023', 'DOM', 'DOM.Iterable'], types: [], outDir: `out-${module}` },
    }
    const config = join(folder, `tsconfig.${module}.json`)
    await writeFile(config, JSON.stringify({ compilerOptions, files: ['use.ts'] }))
    const compiler = join(root, 'node_modules/@typescript/native/bin/tsc')
    const { stdout } = await run(process.execPath, [compiler, '-p', config], { cwd: folder }).catch(
      (error: { stdout: string }) => error,
    )
    expect(stdout).toBe('')
  })

  for (const major of promised) {
    const node = majors.get(major)
    it.skipIf(node === undefined)(`runs on Node ${major}`, async () => {
      const { stdout } = await run(node ?? '', [join(folder, 'out-NodeNext/use.js')])
      expect(stdout.trim()).toBe(printed)
    })
  }

  it('becomes part of a browser bundle, without the schemas', async () => {
    const main = `import { createClient, createUrlBuilder, verifyWebhook } from '@rendition/client'
      globalThis.client = createClient({ baseUrl: 'https://x.example' })
      console.log(createUrlBuilder({ baseUrl: 'https://x.example' }).url({ imageId: 'a', parameters: { width: 640 } }), typeof verifyWebhook)`
    await writeFile(join(folder, 'main.js'), main)
    await writeFile(join(folder, 'index.html'), '<script type="module" src="/main.js"></script>')
    // The bundler's own polyfill wants a document.
    await writeFile(
      join(folder, 'vite.config.js'),
      'export default { build: { modulePreload: { polyfill: false } } }',
    )
    await run(process.execPath, [join(root, 'node_modules/vite/bin/vite.js'), 'build'], { cwd: folder })
    const assets = join(folder, 'dist/assets')
    const [file = ''] = (await readdir(assets)).filter((name) => name.endsWith('.js'))
    expect(await readFile(join(assets, file), 'utf8')).not.toMatch(/Zod|from"node:|require\(/)
    expect((await stat(join(assets, file))).size).toBeLessThan(40_000)
    const { stdout } = await run(process.execPath, [
      '--input-type=module',
      '-e',
      `await import('${join(assets, file)}')`,
    ])
    expect(stdout.trim()).toBe('https://x.example/images/a?width=640 function')
  })
})

describe('the service in an empty project', () => {
  let folder: string
  beforeAll(async () => {
    folder = await project('operator', ['server'])
  }, 300_000)

  it('names file and line of its sources in a fault, where it is asked to', async () => {
    const main = join(folder, 'node_modules/@rendition/server/server/dist/main.js')
    const look = `import { findSourceMap } from 'node:module'
      await import(${JSON.stringify(main)})
      const line = ${(await readFile(main, 'utf8')).split('\n').findIndex((text) => text.startsWith('process.exitCode'))}
      console.log(findSourceMap(${JSON.stringify(main)}).findEntry(line, 0).originalSource)`
    const words = ['--enable-source-maps', '--input-type=module', '-e', look, 'rendition', '--version']
    const { stdout } = await run(process.execPath, words)
    expect(stdout).toMatch(/server\/src\/main\.ts\n$/)
  })

  for (const major of promised) {
    const node = majors.get(major)
    it.skipIf(node === undefined)(
      `starts by npx on Node ${major}, takes a picture and serves it`,
      async () => {
        const data = join(work, `data-${major}`)
        await mkdir(data, { recursive: true })
        // As from a shell: what npm tells its scripts would lead npx back to this project.
        const shell = Object.entries(process.env).filter(([name]) => !name.startsWith('npm_'))
        const env: NodeJS.ProcessEnv = {
          ...Object.fromEntries(shell),
          PATH: `${dirname(node ?? '')}:${process.env.PATH}`,
          PORT: '0',
          LOG_LEVEL: 'warn',
        }
        const serving = spawn('npx', ['--no-install', 'rendition', 'serve'], {
          cwd: folder,
          env: { ...env, DATA_DIR: data },
          stdio: ['ignore', 'pipe', 'pipe'],
          // npx hands no signal on: the whole group is told.
          detached: true,
        })
        let said = ''
        for (const stream of [serving.stdout, serving.stderr]) stream.on('data', (chunk) => (said += chunk))
        try {
          await expect
            .poll(() => /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? said, { timeout: 45_000 })
            .toMatch(/^http/)
          const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0] ?? ''
          await expect
            .poll(
              () =>
                fetch(`${url}/ready`).then(
                  ({ status }) => status,
                  () => 0,
                ),
              { timeout: 60_000 },
            )
            .toBe(200)
          await useIt(url)
        } finally {
          // One that ended by itself has said why.
          if (serving.exitCode === null) {
            const gone = once(serving, 'close')
            process.kill(-(serving.pid ?? 0), 'SIGTERM')
            await gone
          }
        }
        expect(said).not.toMatch(/error|warn/i)
      },
      150_000,
    )
  }
})

/** A picture by the installed client's own build would need both in one project; plain requests tell as much. */
async function useIt(url: string): Promise<void> {
  const json = { 'content-type': 'application/json' }
  const account = JSON.stringify({ username: 'ann', password: 'correct horse' })
  const made = await fetch(`${url}/api/auth/register`, { method: 'POST', headers: json, body: account })
  const { accessToken } = (await made.json()) as { accessToken: string }
  const authorization = `Bearer ${accessToken}`
  const form = new FormData()
  const picture = await readFile(join(root, 'docs/screenshots/gallery.webp'))
  form.append('image', new Blob([new Uint8Array(picture)]), 'gallery.webp')
  const uploaded = await fetch(`${url}/api/images`, {
    method: 'POST',
    headers: { authorization },
    body: form,
  })
  const { id } = (await uploaded.json()) as { id: string }
  // The older paths ask the service within, by a package of fastify's that is held back.
  const older = await fetch(`${url}/jobs`, { headers: { authorization } })
  expect([older.status, ((await older.json()) as unknown[]).length]).toEqual([200, 1])
  // The text needs the fonts, the page its files, the reference its description.
  const shown = await fetch(`${url}/images/${id}?width=200&format=webp&watermarkText=Ann`, {
    headers: { authorization },
  })
  expect([shown.status, shown.headers.get('content-type')]).toEqual([200, 'image/webp'])
  await shown.arrayBuffer()
  const page = await (await fetch(url, { headers: { accept: 'text/html' } })).text()
  const [, script = ''] = /src="(\/assets\/[^"]+\.js)"/.exec(page) ?? []
  // Asked for by name: without TLS, fetch itself does not offer it. Bodies are read, for a stop waits for who reads slowly.
  const code = await fetch(url + script, { headers: { 'accept-encoding': 'br' } })
  expect([code.headers.get('content-encoding'), (await code.text()).length > 10_000]).toEqual(['br', true])
  const docs = await fetch(`${url}/docs`)
  expect([docs.status, (await docs.text()).length > 100]).toEqual([200, true])
  expect(((await (await fetch(`${url}/api/openapi.json`)).json()) as { openapi: string }).openapi).toMatch(
    /^3/,
  )
}
