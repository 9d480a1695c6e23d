import { join, relative } from 'node:path'
import { build } from 'esbuild'
import { expect, it } from 'vitest'
import { packagesOutside } from '../../scripts/service-bundle.ts'

const root = join(import.meta.dirname, '../..')

/** Loaded by a process that has the roles. */
const ofRoles = /^server\/src\/roles\/(house|front)\.ts$/

/** Packages that the modules of this entry import, and whatever those import, without an `import()` between. */
async function loadedBy(entry: string): Promise<Set<string>> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    outdir: 'unwritten',
    splitting: true,
    format: 'esm',
    platform: 'node',
    conditions: ['source'],
    logLevel: 'error',
    plugins: [packagesOutside],
  })
  const packages = new Set<string>()
  const seen = new Set([entry])
  for (const module of seen) {
    for (const { path, kind, external } of metafile.inputs[module]?.imports ?? []) {
      if (kind !== 'import-statement' && !ofRoles.test(path)) continue
      if (external === true) packages.add(path)
      else seen.add(relative(root, join(root, path)))
    }
  }
  expect(seen.size).toBeGreaterThan(300)
  return packages
}

/** What it is for many installations never do, or not at once, or in processes of its own. */
const onlyWhereUsed = [
  '@aws-sdk/client-s3',
  '@aws-sdk/lib-storage',
  '@blazediff/ssim/hitchhikers-ssim',
  '@xmldom/xmldom',
  'bullmq',
  'exifreader',
  'ioredis',
  'libheif-js/wasm-bundle.js',
  'node-pg-migrate',
  'nodemailer',
  'rabbitmq-client',
  'sharp',
]

it('a start of the service loads no package that it may not need', async () => {
  const loaded = await loadedBy('server/src/cli/serve.ts')
  expect([...loaded]).toEqual(expect.arrayContaining(['fastify', 'pino']))
  expect(onlyWhereUsed.filter((name) => loaded.has(name))).toEqual([])
})
