import { NetworkError } from '@rendition/client'
import { expect, it, vi } from 'vitest'
import { changeAll } from './change-all.ts'

const ids = Array.from({ length: 250 }, (_, n) => `id-${n}`)
const running = new AbortController().signal
const answer = { changed: 0, refused: [], job: null }

it('asks for a hundred at once, and calls done what is gone already', async () => {
  const changeMany = vi.fn(async () => ({
    ...answer,
    refused: [
      { imageId: 'id-0', code: 'not_found', detail: '' },
      { imageId: 'id-1', code: 'conflict', detail: '' },
    ],
  }))
  const { done, fault } = await changeAll({ images: { changeMany } }, ids, { trash: true }, running)
  expect(changeMany).toHaveBeenCalledTimes(3)
  expect([done.length, done.includes('id-0'), done.includes('id-1'), fault]).toEqual([249, true, false, null])
})

it('tries nothing after what no network carried, nor after the account’s end', async () => {
  const broken = new NetworkError('offline')
  const changeMany = vi.fn(async () => answer).mockResolvedValueOnce(answer)
  changeMany.mockRejectedValueOnce(broken)
  const cut = await changeAll({ images: { changeMany } }, ids, { trash: true }, running)
  expect([cut.done.length, cut.fault, changeMany.mock.calls.length]).toEqual([100, broken, 2])
  const ended = await changeAll({ images: { changeMany } }, ids, { trash: true }, AbortSignal.abort())
  expect([ended.done.length, changeMany.mock.calls.length]).toEqual([0, 2])
})
