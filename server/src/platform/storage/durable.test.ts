import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { syncFolder } from './durable.ts'

it('syncs of one folder that are asked for together are two: the one under way and the next', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rendition-durable-'))
  try {
    const first = syncFolder(folder)
    const shared = [syncFolder(folder), syncFolder(folder), syncFolder(folder)]
    expect(new Set([first, ...shared]).size).toBe(2)
    await first
    // The next has begun, and what is asked for now may have been renamed since.
    await writeFile(join(folder, 'name'), '')
    const later = syncFolder(folder)
    expect(later).not.toBe(first)
    await Promise.all([...shared, later])
    const again = syncFolder(folder)
    expect([first, ...shared, later]).not.toContain(again)
    await again
  } finally {
    await rm(folder, { recursive: true })
  }
  // A failure is everybody's who shares it, and of nobody who asks later.
  const gone = await Promise.allSettled([syncFolder(folder), syncFolder(folder)])
  expect(gone.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  await expect(syncFolder(folder)).rejects.toThrow(/ENOENT/)
})
