import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The folder of the service, with its `package.json`, migrations and fonts: modules lie at other depths where they are sources
 * than where they are built.
 */
export const ownFolder = nearestPackage(import.meta.dirname)

function nearestPackage(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : nearestPackage(dirname(folder))
}
