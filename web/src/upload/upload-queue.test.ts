import { NetworkError, ProblemError } from '@rendition/client'
import type { Image, UploadedImage } from '@rendition/contract'
import { describe, expect, it, vi } from 'vitest'
import { createUploadQueue } from './upload-queue.ts'

const problem = (status: number) =>
  new ProblemError({
    type: '',
    title: '',
    status,
    detail: 'why',
    instance: '',
    code: 'unsupported_media_type',
  })
const files = (count: number) => Array.from({ length: count }, (_, index) => new File(['x'], `${index}.jpg`))
const image = (id: string, status: Image['status'] = 'pending') => ({ id, status }) as UploadedImage

/** A service whose answers the test gives, one by one. */
function scene(known: (image: Image) => Image = (answered) => answered) {
  const pending: { file: File; resolve(image: UploadedImage): void; reject(error: unknown): void }[] = []
  const send = vi.fn(
    (file: File, { signal }: { signal?: AbortSignal }) =>
      new Promise<UploadedImage>((resolve, reject) => {
        pending.push({ file, resolve, reject })
        signal?.addEventListener('abort', () => reject(signal.reason))
      }),
  )
  const queue = createUploadQueue({ send, onUploaded: known, atOnce: 3 })
  const states = () => queue.snapshot().map(({ state }) => state)
  return { queue, pending, send, states }
}

describe('the upload queue', () => {
  it('sends three at a time, and the next when one is through', async () => {
    const { queue, pending, send, states } = scene()
    queue.add(files(5))
    expect(states()).toEqual(['uploading', 'uploading', 'uploading', 'waiting', 'waiting'])
    pending[1]?.resolve(image('b'))
    await vi.waitFor(() => expect(send).toHaveBeenCalledTimes(4))
    expect(states()).toEqual(['uploading', 'processing', 'uploading', 'uploading', 'waiting'])
  })

  it('is ready when the renditions are, also when the event was faster than the answer', async () => {
    const late = scene()
    late.queue.add(files(1))
    late.pending[0]?.resolve(image('a'))
    await vi.waitFor(() => expect(late.states()).toEqual(['processing']))
    late.queue.progress('a', 0.4)
    expect(late.queue.snapshot()[0]?.rendered).toBe(0.4)
    late.queue.settle(image('a', 'complete'))
    expect(late.states()).toEqual(['ready'])

    const early = scene(() => image('a', 'complete'))
    early.queue.add(files(1))
    early.pending[0]?.resolve(image('a'))
    await vi.waitFor(() => expect(early.states()).toEqual(['ready']))
  })

  it('tells what is refused for good from what may go better next time', async () => {
    const { queue, pending, states } = scene()
    queue.add(files(3))
    pending[0]?.reject(problem(415))
    pending[1]?.reject(problem(503))
    pending[2]?.reject(new NetworkError('cut off'))
    await vi.waitFor(() => expect(states()).toEqual(['rejected', 'failed', 'failed']))
    queue.retryFailed()
    expect(states()).toEqual(['rejected', 'uploading', 'uploading'])
  })

  it('cancels what waits and what is on its way', async () => {
    const { queue, states } = scene()
    queue.add(files(5))
    const [first, , , fourth] = queue.snapshot()
    queue.cancel(fourth?.key ?? -1)
    queue.cancel(first?.key ?? -1)
    await vi.waitFor(() =>
      expect(states()).toEqual(['cancelled', 'uploading', 'uploading', 'cancelled', 'uploading']),
    )
    queue.retry(first?.key ?? -1)
    expect(states()[0]).toBe('waiting')
  })

  it('starts what is retried only once, although its first attempt still ends', async () => {
    const { queue, pending, send, states } = scene()
    queue.add(files(1))
    const key = queue.snapshot()[0]?.key ?? -1
    queue.cancel(key)
    queue.retry(key)
    await vi.waitFor(() => expect(send).toHaveBeenCalledTimes(2))
    await new Promise((resolve) => setTimeout(resolve))
    // It can still be cancelled: the end of the first attempt was not taken for that of the second.
    queue.cancel(key)
    expect(send.mock.calls[1]?.[1].signal?.aborted).toBe(true)
    queue.retry(key)
    pending[2]?.resolve(image('a', 'complete'))
    await vi.waitFor(() => expect(states()).toEqual(['ready']))
    expect(send).toHaveBeenCalledTimes(3)
  })

  it('forgets everything when reset', async () => {
    const { queue, send } = scene()
    queue.add(files(5))
    queue.reset()
    await new Promise((resolve) => setTimeout(resolve))
    expect(queue.snapshot()).toEqual([])
    expect(send).toHaveBeenCalledTimes(3)
  })
})
