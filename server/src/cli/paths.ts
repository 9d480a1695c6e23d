import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const fromHere = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Where the pieces of an installation lie, seen from this file: the same from `src` and from `dist`. */
export const paths = {
  migrationsFolder: fromHere('../../migrations'),
  webRoot: fromHere('../../../web/dist'),
  openApiFile: fromHere('../../../docs/openapi.json'),
  changelogFile: fromHere('../../../CHANGELOG.md'),
}

export const version = (
  JSON.parse(readFileSync(fromHere('../../package.json'), 'utf8')) as { version: string }
).version
