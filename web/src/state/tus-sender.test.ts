import { type Client, ProblemError } from '@rendition/client'
import type { Job } from '@rendition/contract'
import { expect, it, vi } from 'vitest'
import { createTusSender } from './tus-sender.ts'

/** A service where one job fetches, and is as the test says. */
function scene(status: Job['status'] | 'gone') {
  const job = (id: string) => ({ id, status, imageId: 'image' })
  const importUrl = vi.fn(async () => ({ ...job('new'), status: 'pending' }))
  const cancel = vi.fn(async () => undefined)
  const gone = { type: '', title: '', status: 404, detail: '', instance: '', code: 'not_found' } as const
  const client = {
    images: { importUrl, get: async (id: string) => ({ id }) },
    jobs: {
      get: async (id: string) => (status === 'gone' ? Promise.reject(new ProblemError(gone, null)) : job(id)),
      settled: async (id: string) => ({ ...job(id), status: 'complete' }),
      cancel,
    },
  }
  return { sender: createTusSender(client as unknown as Client, '/uploads'), importUrl, cancel }
}
const fetching = (url: string | null, signal = new AbortController().signal) => ({
  signal,
  url,
  onUrl: vi.fn(),
})

it.each([
  [null, 'complete', 1],
  ['begun', 'processing', 0],
  ['begun', 'complete', 0],
  ['begun', 'failed', 1],
  ['begun', 'cancelled', 1],
  ['begun', 'gone', 1],
] as const)('of what was begun as %s and is %s it asks %i times anew', async (begun, status, times) => {
  const { sender, importUrl } = scene(status)
  const how = fetching(begun)
  expect(await sender.fetchFrom('https://example.org/', how)).toEqual({ id: 'image' })
  expect(importUrl).toHaveBeenCalledTimes(times)
  expect(how.onUrl).toHaveBeenCalledExactlyOnceWith(times === 0 ? 'begun' : 'new')
})

it('cancels what was asked for also where it is not wanted before the answer is there', async () => {
  const { sender, importUrl, cancel } = scene('pending')
  const leaving = new AbortController()
  importUrl.mockImplementation(async () => {
    leaving.abort(new Error('not wanted'))
    return { id: 'new', status: 'pending', imageId: 'image' }
  })
  await expect(sender.fetchFrom('https://example.org/', fetching(null, leaving.signal))).rejects.toThrow(
    'not wanted',
  )
  expect(cancel).toHaveBeenCalledExactlyOnceWith('new')
})
