import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Address of the module that runs in render processes. */
    childEntry: string
  }
}

const root = join(import.meta.dirname, '../..')

/**
 * Vitest global set-up: tests start render processes by the hundred, and from its sources one takes 1.1 s of processor
 * instead of 0.45. So they start the built one, where nothing has changed since it was built; `npm test` builds.
 */
export default async function setup(project: TestProject): Promise<void> {
  const entry = (await isBuilt()) ? 'server/dist/child.js' : 'server/src/rendering/child.ts'
  project.provide('childEntry', pathToFileURL(join(root, entry)).href)
}

/** Whether all that a render process runs is older than the build's last look at it. */
async function isBuilt(): Promise<boolean> {
  const built = await stat(join(root, 'server/dist/child.js')).catch(() => null)
  const looked = await stat(join(root, 'node_modules/.cache/rendition/service-build')).catch(() => null)
  if (built === null || looked === null) return false
  const changed = await Promise.all(['contract/src', 'server/src'].map((part) => newest(join(root, part))))
  return Math.max(...changed) < looked.mtimeMs
}

async function newest(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const sources = entries.filter(
    (entry) => entry.isFile() && !/\.test\.ts$|\/testing\//.test(join(entry.parentPath, entry.name)),
  )
  const times = await Promise.all(
    sources.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).mtimeMs),
  )
  return Math.max(...times)
}
