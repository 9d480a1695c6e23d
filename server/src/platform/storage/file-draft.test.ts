import { mkdtemp, open, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { fileDraft } from './file-draft.ts'
import { originalKey } from './key.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rendition-draft-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const key = originalKey('01980000-0000-7000-8000-000000000000', 1)
const mebibytes = async function* (count: number) {
  for (let n = 0; n < count; n += 1) yield Buffer.alloc(2 ** 20, n)
}

test('one of whose syncs on the way failed never gets a name, though later ones would succeed', async () => {
  const path = join(folder, 'draft')
  const handle = await open(path, 'wx+')
  vi.spyOn(handle, 'datasync').mockRejectedValueOnce(new Error('input/output error'))
  const placed = vi.fn(async () => {})
  const draft = fileDraft({ path, handle }, placed)
  await draft.write(mebibytes(70))
  await expect(draft.commit(key)).rejects.toThrow('input/output error')
  expect(placed).not.toHaveBeenCalled()
  await draft.discard()
  expect(await readdir(folder)).toEqual([])
})

test('one whose write fails says so, and goes', async () => {
  const path = join(folder, 'full')
  const handle = await open(path, 'wx+')
  vi.spyOn(handle, 'writev').mockRejectedValue(
    Object.assign(new Error('no space'), { code: 'ENOSPC', syscall: 'write' }),
  )
  const draft = fileDraft({ path, handle }, async () => {})
  await expect(draft.write(mebibytes(3))).rejects.toMatchObject({ code: 'storage_full' })
  await draft.discard()
  expect(await readdir(folder)).toEqual([])
})
