import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The folder of the service, with its `package.json`, migrations and fonts: modules lie at other depths where they are sources
 * than where they are built.
 */
export const ownFolder = nearestPackage(import.meta.dirname)

/** This folder, or the next above it, that has a `package.json`. */
export function nearestPackage(from: string): string {
  for (let folder = from; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) return folder
    if (folder === dirname(folder))
      throw new Error(`The service is not whole: ${from} lies in no folder with a package.json.`)
  }
}
