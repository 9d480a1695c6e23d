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
  const entry = (await isBuilt()) ? 'server/dist/rendering/child.js' : 'server/src/rendering/child.ts'
  project.provide('childEntry', pathToFileURL(join(root, entry)).href)
}

/** Whether all that a render process runs is older than what the compiler noted when it last looked. */
async function isBuilt(): Promise<boolean> {
  const parts = await Promise.all(
    (['contract', 'server'] as const).map(async (part) => {
      const noted = await stat(join(root, part, 'tsconfig.tsbuildinfo')).catch(() => null)
      const changed = await newest(join(root, part, 'src'))
      return noted !== null && changed < noted.mtimeMs
    }),
  )
  const built = await stat(join(root, 'server/dist/rendering/child.js')).catch(() => null)
  return built !== null && parts.every((part) => part)
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
