import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where programs of this run lie as JavaScript; beside the sources, for their packages are found from there. */
    programsFolder: string
  }
}

/** Vitest global set-up: what `bundle.ts` makes goes with the run. */
export default function setup(project: TestProject): () => Promise<void> {
  const folder = join(import.meta.dirname, `../../node_modules/.cache/rendition/programs-${process.pid}`)
  project.provide('programsFolder', folder)
  return () => rm(folder, { recursive: true, force: true })
}
