/**
 * Builds what runs: contract, client and server by the compiler, the gallery by its bundler. Each says whether it had
 * anything to do; what has not changed since is not built again. Types of everything else: `npm run check`.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { compressFiles } from './compress-files.ts'

const root = join(import.meta.dirname, '..')
const say = (text: string): void => void process.stdout.write(text)

await build('contract, client, server', compile)
await build('gallery', bundle)

/** One line a part: what it is, and how long it took. */
async function build(what: string, work: () => Promise<boolean>): Promise<void> {
  const began = performance.now()
  say(`build: ${what} … `)
  const done = await work()
  say(done ? `built in ${((performance.now() - began) / 1000).toFixed(1)} s\n` : 'nothing changed\n')
}

/** The compiler knows by itself what is new; it then writes its notes again. */
async function compile(): Promise<boolean> {
  const parts = ['contract', 'client', 'server']
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

/** The bundler knows nothing of the last time, so the bytes that it read and wrote are noted here. */
async function bundle(): Promise<boolean> {
  const note = join(root, 'node_modules/.cache/rendition/gallery-build')
  const sources = [
    ...['web/src', 'web/public', 'contract/src', 'client/src'],
    ...[
      'web/index.html',
      'web/vite.config.ts',
      'web/shell-of-build.ts',
      'web/package.json',
      'package-lock.json',
    ],
  ]
  const seen = async (): Promise<string> => `${await digest(sources)} ${await digest(['web/dist'])}\n`
  if ((await readFile(note, 'utf8').catch(() => '')) === (await seen())) return false
  await run('node_modules/vite/bin/vite.js', ['build', '--logLevel', 'warn'], join(root, 'web'))
  await compressFiles(join(root, 'web/dist'))
  await mkdir(dirname(note), { recursive: true })
  await writeFile(note, await seen())
  return true
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
