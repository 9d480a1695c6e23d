import { NetworkError, ProblemError } from '@rendition/client'
import type { ErrorCode, SharedImage } from '@rendition/contract'
import { expect, test, vi } from 'vitest'
import { saveShared } from './save-shared.ts'

const image = (downloads: Record<string, string>) => ({ downloads }) as SharedImage
const before = image({ small: 'https://here/before' })
const now = image({ small: 'https://here/now' })
const problem = (code: ErrorCode, status: number) =>
  new ProblemError({ type: '', title: '', status, detail: '', instance: '', code })

const scene = (refused: unknown, anew: SharedImage | undefined) => {
  const renew = vi.fn(async () => anew)
  const save = vi.fn()
  const ask = (url: string) => (url.endsWith('before') ? Promise.reject(refused) : Promise.resolve())
  return { renew, save, saving: saveShared(before, 'small', renew, { ask, save }) }
}

test.each([problem('not_found', 404), problem('signature_expired', 403), problem('invalid_request', 400)])(
  'a file that is refused (%s) comes by its URL of now',
  async (refused) => {
    const { saving, save, renew } = scene(refused, now)
    await saving
    expect(save.mock.calls).toEqual([['https://here/now']])
    expect(renew).toHaveBeenCalledTimes(1)
  },
)

test.each([undefined, before, image({ large: 'https://here/large' })])(
  'a file that is not to be had any more is told in words',
  async (anew) => {
    const { saving, save } = scene(problem('not_found', 404), anew)
    await expect(saving).rejects.toThrow('cannot be downloaded in this size any more')
    expect(save).not.toHaveBeenCalled()
  },
)

test('a line that broke is said as that, and nothing is read anew', async () => {
  const { saving, renew } = scene(new NetworkError(''), now)
  await expect(saving).rejects.toBeInstanceOf(NetworkError)
  expect(renew).not.toHaveBeenCalled()
})
