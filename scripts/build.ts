/**
 * Builds what runs: contract and client by the compiler, which others import with their types, service and gallery by bundlers.
 * Each says whether it had anything to do; what has not changed since is not built again. Types: `npm run check`.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { compressFiles } from './compress-files.ts'
import { bundleService } from './service-bundle.ts'

const root = join(import.meta.dirname, '..')
const serviceSources = ['contract/src', 'server/src', 'scripts/service-bundle.ts', 'package-lock.json']
const gallerySources = [
  ...['web/src', 'web/public', 'contract/src', 'client/src', 'web/index.html'],
  ...['web/vite.config.ts', 'web/shell-of-build.ts', 'scripts/compress-files.ts'],
  ...['web/package.json', 'package-lock.json'],
]
const say = (text: string): void => void process.stdout.write(text)

await build('contract, client', compile)
await build('service', () =>
  unlessUnchanged('service', serviceSources, 'server/dist', () =>
    bundleService(root, join(root, 'server/dist')),
  ),
)
await build('gallery', () => unlessUnchanged('gallery', gallerySources, 'web/dist', bundleGallery))

/** One line a part: what it is, and how long it took. */
async function build(what: string, work: () => Promise<boolean>): Promise<void> {
  const began = performance.now()
  say(`build: ${what} … `)
  const done = await work()
  say(done ? `built in ${((performance.now() - began) / 1000).toFixed(1)} s\n` : 'nothing changed\n')
}

/** The compiler knows by itself what is new; it then writes its notes again. */
async function compile(): Promise<boolean> {
  const parts = ['contract', 'client']
  const notes = async (): Promise<string> => {
    const times = parts.map((part) =>
      stat(join(root, part, 'tsconfig.tsbuildinfo')).then(
        (file) => file.mtimeMs,
        () => 0,
      ),
    )
    return (await Promise.all(times)).join()
  }
  const before = await notes()
  await run('node_modules/@typescript/native/bin/tsc', ['-b', ...parts], root)
  return before !== (await notes())
}

/** Bundlers know nothing of the last time, so the bytes that they read and wrote are noted, and when they were last looked at. */
async function unlessUnchanged(
  what: string,
  sources: readonly string[],
  made: string,
  bundle: () => Promise<void>,
): Promise<boolean> {
  const note = join(root, `node_modules/.cache/rendition/${what}-build`)
  const seen = async (): Promise<string> => `${await digest(sources)} ${await digest([made])}\n`
  const now = await seen()
  const changed = (await readFile(note, 'utf8').catch(() => '')) !== now
  if (changed) await bundle()
  await mkdir(dirname(note), { recursive: true })
  await writeFile(note, changed ? await seen() : now)
  return changed
}

async function bundleGallery(): Promise<void> {
  await run('node_modules/vite/bin/vite.js', ['build', '--logLevel', 'warn'], join(root, 'web'))
  await compressFiles(join(root, 'web/dist'))
}

/** Of the names and bytes of files and folders; what is not there counts as empty. */
async function digest(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256')
  for (const path of paths) {
    const folder = await readdir(join(root, path), { recursive: true, withFileTypes: true }).catch(() => null)
    const files =
      folder === null
        ? [join(root, path)]
        : folder.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    for (const file of files.sort()) {
      const bytes = await readFile(file).catch(() => Buffer.alloc(0))
      hash.update(`${file.slice(root.length)} ${bytes.length}\n`).update(bytes)
    }
  }
  return hash.digest('hex')
}

/** Ends the build with the tool's own words and exit code when it fails. */
async function run(script: string, words: readonly string[], cwd: string): Promise<void> {
  const child = spawn(process.execPath, [join(root, script), ...words], { cwd, stdio: 'inherit' })
  const code = await new Promise<number>((resolve) => child.once('close', (value) => resolve(value ?? 1)))
  if (code === 0) return
  say(`build: ${script} failed\n`)
  process.exit(code)
}
