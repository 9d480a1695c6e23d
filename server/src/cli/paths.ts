import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ownFolder } from '../platform/own-folder.ts'

/** Where the pieces of an installation lie. */
export const paths = {
  migrationsFolder: join(ownFolder, 'migrations'),
  webRoot: join(ownFolder, '../web/dist'),
  openApiFile: join(ownFolder, '../docs/openapi.json'),
  changelogFile: join(ownFolder, '../CHANGELOG.md'),
}

export const version = (
  JSON.parse(readFileSync(join(ownFolder, 'package.json'), 'utf8')) as { version: string }
).version
