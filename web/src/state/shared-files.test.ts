import { afterEach, expect, it, vi } from 'vitest'
import { readSharedFiles } from './shared-files.ts'

afterEach(() => vi.unstubAllGlobals())

it('leaves what the worker is still writing, and deletes what waited too long', async () => {
  let note: object = {}
  const remove = vi.fn(async () => true)
  const cache = { match: async (path: string) => (path === '/shared/note' ? Response.json(note) : undefined) }
  vi.stubGlobal('caches', { has: async () => true, open: async () => cache, delete: remove })
  note = { until: Date.now() + 60_000, count: null }
  expect(await readSharedFiles()).toBeNull()
  expect(remove).not.toHaveBeenCalled()
  note = { until: Date.now() - 1, count: null }
  expect(await readSharedFiles()).toBeNull()
  expect(remove).toHaveBeenCalledTimes(1)
})
