import { NetworkError, ProblemError } from '@rendition/client'
import { expect, it, vi } from 'vitest'
import { removeAll } from './remove-all.ts'

const problem = (status: number, code: 'not_found' | 'forbidden') =>
  new ProblemError({ type: '', title: '', status, detail: '', instance: '', code })
const ids = Array.from({ length: 10 }, (_, n) => `id-${n}`)
const running = new AbortController().signal

/** Removes with a service that fails for one id. */
async function removing(failing: string, error: unknown, ended = running) {
  const remove = vi.fn(async (id: string) => {
    if (id === failing) throw error
  })
  return { remove, ...(await removeAll({ images: { remove } }, ids, ended)) }
}

it('removes each on its own, and counts what was gone already as gone', async () => {
  const { gone, fault, remove } = await removing('id-5', problem(404, 'not_found'))
  expect([...gone].sort()).toEqual(ids)
  expect(fault).toBeNull()
  expect(remove).toHaveBeenCalledTimes(10)
})

it('says why some were not, and removes the others', async () => {
  const refusal = problem(403, 'forbidden')
  const { gone, fault } = await removing('id-5', refusal)
  expect([...gone].sort()).toEqual(ids.filter((id) => id !== 'id-5'))
  expect(fault).toBe(refusal)
})

it('tries no more when the line has broken, so that nothing happens later that was said to have failed', async () => {
  const { gone, fault, remove } = await removing('id-9', new NetworkError('cut off'))
  expect(fault).toBeInstanceOf(NetworkError)
  // Those that were under way beside it.
  expect(remove.mock.calls.length).toBeLessThanOrEqual(4)
  expect(gone.size).toBe(remove.mock.calls.length - 1)
})

it('removes nothing after the end of the account', async () => {
  const { remove } = await removing('', null, AbortSignal.abort())
  expect(remove).not.toHaveBeenCalled()
})
