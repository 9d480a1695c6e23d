import { readFile } from 'node:fs/promises'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * Files of the slow kinds before the others, of all projects that run at the same time. A clean clone knows no durations, and vitest begins with
 * the largest files; but one that waits two minutes for elections is no larger than others, and begun last it would keep
 * the whole run waiting.
 */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const slow = new Set<TestSpecification>()
    await Promise.all(
      sorted.map(async (file) => {
        if ((await readFile(file.moduleId, 'utf8')).startsWith('// @module-tag slow/')) slow.add(file)
      }),
    )
    return [...sorted.filter((file) => slow.has(file)), ...sorted.filter((file) => !slow.has(file))]
  }
}
