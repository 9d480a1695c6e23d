import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { generatedDocs } from './generated-docs.ts'

const help = `Writes the documents that are derived from the code: docs/openapi.json, docs/config.md, docs/errors.md.
  npm run docs               writes them
  npm run docs -- --check    writes nothing, and fails when one differs from what is committed`

const root = join(import.meta.dirname, '..')
const [mode, ...rest] = process.argv.slice(2)
if (rest.length > 0 || (mode !== undefined && mode !== '--check')) {
  console.log(help)
  process.exit(mode === '--help' ? 0 : 2)
}

let stale = 0
for (const [path, text] of Object.entries(await generatedDocs())) {
  const file = join(root, path)
  const there = await readFile(file, 'utf8').catch(() => null)
  if (there === text) continue
  stale += 1
  if (mode === '--check') {
    console.error(`${path} is not what the code says: run npm run docs`)
  } else {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
    console.log(`wrote ${path}`)
  }
}
if (mode === '--check' && stale > 0) process.exitCode = 1
