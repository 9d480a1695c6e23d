import { NetworkError, ProblemError } from '@rendition/client'
import type { Image, UploadedImage } from '@rendition/contract'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { forgetful, type KeptUpload, type UploadKeeper } from './upload-keeper.ts'
import { createUploadQueue } from './upload-queue.ts'
import type { Sending } from './upload-sender.ts'

const problem = (status: number, retryAfter: number | null = null) =>
  new ProblemError(
    {
      type: '',
      title: '',
      status,
      detail: 'why',
      instance: '',
      code: 'unsupported_media_type',
    },
    retryAfter,
  )
const files = (count: number) => Array.from({ length: count }, (_, index) => new File(['x'], `${index}.jpg`))
const image = (id: string, status: Image['status'] = 'pending') => ({ id, status }) as UploadedImage

/** A service whose answers the test gives, one by one. */
function scene(known: (image: Image) => Image = (answered) => answered, keeper = forgetful) {
  const pending: { file: File; resolve(image: UploadedImage): void; reject(error: unknown): void }[] = []
  const send = vi.fn(
    (file: File, { signal }: Sending) =>
      new Promise<UploadedImage>((resolve, reject) => {
        pending.push({ file, resolve, reject })
        signal.addEventListener('abort', () => reject(signal.reason))
      }),
  )
  const fetchFrom = vi.fn(
    (address: string, { signal }: Pick<Sending, 'signal' | 'url' | 'onUrl'>) =>
      new Promise<UploadedImage>((resolve, reject) => {
        pending.push({ file: new File([], address), resolve, reject })
        signal.addEventListener('abort', () => reject(signal.reason))
      }),
  )
  const giveUp = vi.fn(() => Promise.resolve())
  const stopFetching = vi.fn(() => Promise.resolve())
  const network = { online: true, service: true }
  const answers = vi.fn(async () => network.service)
  const queue = createUploadQueue({
    sender: { send, fetchFrom, giveUp, stopFetching },
    keeper,
    onUploaded: known,
    online: () => network.online,
    answers,
    atOnce: 3,
  })
  const states = () => queue.snapshot().map(({ state }) => state)
  return { queue, pending, send, fetchFrom, giveUp, stopFetching, answers, states, network }
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

  it('has pictures fetched by the service, which are neither sent nor paused', async () => {
    const { queue, pending, send, fetchFrom, states } = scene()
    queue.addFrom(['https://example.org/a%20lake.jpg', 'https://example.org/'])
    expect(queue.snapshot().map(({ file }) => file.name)).toEqual(['a lake.jpg', 'example.org'])
    expect(fetchFrom.mock.calls[0]).toMatchObject(['https://example.org/a%20lake.jpg', { url: null }])
    queue.pauseAll()
    expect(states()).toEqual(['uploading', 'uploading'])
    pending[0]?.resolve(image('a', 'complete'))
    pending[1]?.reject(new Error('The address answered 404.'))
    await vi.waitFor(() => expect(states()).toEqual(['ready', 'failed']))
    const [, failed] = queue.snapshot()
    queue.retry(failed?.key ?? 0)
    await vi.waitFor(() => expect(fetchFrom).toHaveBeenCalledTimes(3))
    queue.cancelAll()
    expect(states()).toEqual(['ready', 'cancelled'])
    expect(fetchFrom.mock.calls.at(-1)?.[1].signal.aborted).toBe(true)
    expect(send.mock.calls).toEqual([])
  })

  it('goes on with what the service fetches when the line is back, and stops it when it is not wanted any more', async () => {
    const { queue, pending, fetchFrom, giveUp, stopFetching, states, network } = scene()
    queue.addFrom(['https://example.org/lake.jpg'])
    fetchFrom.mock.calls[0]?.[1].onUrl('job')
    network.service = false
    pending[0]?.reject(new NetworkError('away'))
    await vi.waitFor(() => expect(states()).toEqual(['waiting']))
    network.service = true
    queue.wake()
    await vi.waitFor(() => expect(fetchFrom).toHaveBeenCalledTimes(2))
    expect(fetchFrom.mock.calls[1]?.[1].url).toBe('job')
    // Whoever signs out takes back what is sent; this is none of it
    expect(queue.unfinished()).toEqual([])
    network.service = false
    pending[1]?.reject(new NetworkError('away'))
    await vi.waitFor(() => expect(states()).toEqual(['waiting']))
    queue.cancelAll()
    expect(stopFetching).toHaveBeenCalledExactlyOnceWith('job')
    expect(giveUp).not.toHaveBeenCalled()
  })

  it('says what becomes of the folders that files came in, of those that came in any', () => {
    const { queue, send } = scene()
    const [one, two, three] = files(3) as [File, File, File]
    queue.add(
      [
        { file: one, path: 'Trips/Rome/0.jpg' },
        { file: two, path: '1.jpg' },
      ],
      'album',
    )
    queue.add([{ file: three, path: 'Trips/2.jpg' }])
    expect(send.mock.calls.map(([, { folder }]) => folder)).toEqual([
      { path: 'Trips/Rome/0.jpg', folders: 'album' },
      null,
      null,
    ])
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
    pending[1]?.reject(problem(500))
    pending[2]?.reject(problem(401))
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
    expect(send.mock.calls[1]?.[1].signal.aborted).toBe(true)
    queue.retry(key)
    pending[2]?.resolve(image('a', 'complete'))
    await vi.waitFor(() => expect(states()).toEqual(['ready']))
    expect(send).toHaveBeenCalledTimes(3)
  })

  it('waits without a network, can be cancelled meanwhile, and goes on when there is one', async () => {
    const { queue, pending, send, states, network } = scene()
    queue.add(files(2))
    network.online = false
    pending[0]?.reject(new NetworkError('cut off'))
    await vi.waitFor(() => expect(states()).toEqual(['waiting', 'uploading']))
    queue.add(files(2))
    expect(states()).toEqual(['waiting', 'uploading', 'waiting', 'waiting'])
    expect(send).toHaveBeenCalledTimes(2)
    queue.cancel(queue.snapshot()[2]?.key ?? -1)
    network.online = true
    queue.retryFailed()
    expect(states()).toEqual(['uploading', 'uploading', 'cancelled', 'uploading'])
  })

  it('forgets everything at its end, stops what is on its way and takes nothing more', async () => {
    const known = vi.fn((image: Image) => image)
    const { queue, pending, send } = scene(known)
    queue.add(files(5))
    queue.end()
    expect(send.mock.calls.map(([, { signal }]) => signal.aborted)).toEqual([true, true, true])
    // An answer that was under way, a folder that is read only now, a button that was pressed before.
    pending[0]?.resolve(image('a'))
    queue.add(files(1))
    queue.retry(1)
    queue.retryFailed()
    await new Promise((resolve) => setTimeout(resolve))
    expect(queue.snapshot()).toEqual([])
    expect(send).toHaveBeenCalledTimes(3)
    expect(known).not.toHaveBeenCalled()
  })
})

describe('an upload that broke off though there is a network', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
  afterEach(() => void vi.useRealTimers())
  /** The clock goes on, and whatever waits for files or promises is done before and after. */
  const later = async (ms: number): Promise<void> => {
    await turns()
    await vi.advanceTimersByTimeAsync(ms)
    await turns()
  }
  const turns = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
  }

  it('waits, with its reason, and goes on when the service answers again', async () => {
    const { queue, pending, send, answers, states, network } = scene()
    queue.add(files(4))
    network.service = false
    const fault = new NetworkError('cut off')
    for (const { reject } of pending) reject(fault)
    await later(0)
    expect(states()).toEqual(Array(4).fill('waiting'))
    expect(queue.snapshot().map(({ error }) => error)).toEqual([fault, fault, fault, null])
    await later(60_000)
    // Asked by something small, ever more seldom; no file is sent for nothing.
    expect(answers.mock.calls.length).toBeGreaterThan(3)
    expect(answers.mock.calls.length).toBeLessThan(9)
    expect(send).toHaveBeenCalledTimes(3)
    network.service = true
    await later(30_000)
    expect(states()).toEqual(['uploading', 'uploading', 'uploading', 'waiting'])
  })

  it('goes on at once when the service is heard of', async () => {
    const { queue, pending, states, network } = scene()
    queue.add(files(1))
    network.service = false
    pending[0]?.reject(problem(502))
    await later(10_000)
    network.service = true
    queue.wake()
    await later(0)
    expect(states()).toEqual(['uploading'])
  })

  it.each([429, 503])('is not sent sooner than a %i asks for', async (status) => {
    const { queue, pending, send } = scene()
    queue.add(files(1))
    pending[0]?.reject(problem(status, 20))
    await later(19_000)
    expect(send).toHaveBeenCalledTimes(1)
    await later(1_000)
    expect(send).toHaveBeenCalledTimes(2)
  })

  it('has failed when the service is there and it breaks off again and again', async () => {
    const { queue, pending, states } = scene()
    queue.add(files(1))
    for (let time = 0; time < 5; time++) {
      await later(30_000)
      pending[time]?.reject(new NetworkError('cut off'))
    }
    await later(60_000)
    expect(states()).toEqual(['failed'])
    expect(pending).toHaveLength(5)
    queue.retry(queue.snapshot()[0]?.key ?? -1)
    await later(0)
    expect(states()).toEqual(['uploading'])
  })

  it('is refused for good when it is the file that cannot be read', async () => {
    const { queue, pending, states } = scene()
    const [file] = files(1)
    if (file === undefined) throw new Error('no file')
    vi.spyOn(file, 'slice').mockReturnValue({
      arrayBuffer: () => Promise.reject(new DOMException('', 'NotReadableError')),
    } as unknown as Blob)
    queue.add([file])
    pending[0]?.reject(new NetworkError('cut off'))
    await later(0)
    expect(states()).toEqual(['rejected'])
    expect(String(queue.snapshot()[0]?.error)).toContain('can no longer be read')
  })

  it('asks nobody any more after the end', async () => {
    const { queue, pending, answers } = scene()
    queue.add(files(1))
    pending[0]?.reject(new NetworkError('cut off'))
    await later(0)
    queue.end()
    await later(60_000)
    expect(answers).not.toHaveBeenCalled()
  })
})

describe('an upload that goes on', () => {
  /** What a browser keeps, in memory. */
  function memoryKeeper(left: KeptUpload[] = []) {
    const kept = new Map(left.map((upload) => [upload.id, upload]))
    const keeper: UploadKeeper = {
      takeOver: async () => [...kept.values()],
      async keep(upload) {
        kept.set(upload.id, upload)
        return true
      },
      change(id, part) {
        const before = kept.get(id)
        if (before !== undefined) kept.set(id, { ...before, ...part })
      },
      drop: (ids) => {
        for (const id of ids) kept.delete(id)
      },
      end: () => kept.clear(),
    }
    return { keeper, kept }
  }

  it('pauses, one and all, resumes where it was, and is taken back where it began', async () => {
    const { keeper, kept } = memoryKeeper()
    const { queue, send, giveUp, states } = scene(undefined, keeper)
    queue.add(files(5))
    const [first] = queue.snapshot()
    send.mock.calls[0]?.[1].onUrl('/api/uploads/a')
    await vi.waitFor(() => expect(queue.snapshot().every((upload) => upload.kept)).toBe(true))
    queue.pause(first?.key ?? -1)
    expect(states()).toEqual(['paused', 'uploading', 'uploading', 'uploading', 'waiting'])
    expect(send.mock.calls[0]?.[1].signal.aborted).toBe(true)
    queue.pauseAll()
    expect(states()).toEqual(Array(5).fill('paused'))
    expect([...kept.values()].map(({ paused, url }) => [paused, url])).toEqual([
      [true, '/api/uploads/a'],
      ...Array(4).fill([true, null]),
    ])
    queue.resumeAll()
    expect(states()).toEqual(['uploading', 'uploading', 'uploading', 'waiting', 'waiting'])
    expect(send.mock.calls[4]?.[1].url).toBe('/api/uploads/a')
    queue.cancelAll()
    expect(states()).toEqual(Array(5).fill('cancelled'))
    expect(giveUp.mock.calls).toEqual([['/api/uploads/a']])
    expect(kept.size).toBe(0)
  })

  it('is taken over from the page before, and forgotten when it is an image or refused', async () => {
    const [file] = files(1)
    if (file === undefined) throw new Error('no file')
    const { keeper, kept } = memoryKeeper([
      { id: 'a', file, url: '/api/uploads/a', folder: null, address: null, paused: false },
      { id: 'b', file, url: null, folder: null, address: null, paused: true },
      { id: 'c', file, url: null, folder: null, address: null, paused: false },
    ])
    const { queue, pending, send, states } = scene(undefined, keeper)
    await queue.restore()
    expect(states()).toEqual(['uploading', 'paused', 'uploading'])
    expect(send.mock.calls.map(([, { url }]) => url)).toEqual(['/api/uploads/a', null])
    pending[0]?.resolve(image('x'))
    pending[1]?.reject(problem(415))
    await vi.waitFor(() => expect(states()).toEqual(['processing', 'paused', 'rejected']))
    expect([...kept.keys()]).toEqual(['b'])
    queue.end()
    expect(kept.size).toBe(0)
  })

  it('of an address is looked for by its job after a reload, and forgotten when it came', async () => {
    const { keeper, kept } = memoryKeeper()
    const before = scene(undefined, keeper)
    before.queue.addFrom(['https://example.org/lake.jpg'])
    await vi.waitFor(() => expect(kept.size).toBe(1))
    before.fetchFrom.mock.calls[0]?.[1].onUrl('job')

    const { queue, pending, fetchFrom, states } = scene(undefined, keeper)
    await queue.restore()
    expect(states()).toEqual(['uploading'])
    expect(fetchFrom.mock.calls.map(([address, { url }]) => [address, url])).toEqual([
      ['https://example.org/lake.jpg', 'job'],
    ])
    pending[0]?.resolve(image('x'))
    await vi.waitFor(() => expect(states()).toEqual(['processing']))
    expect(kept.size).toBe(0)
  })

  it('does not come back when it failed and was taken off the list', async () => {
    const { keeper, kept } = memoryKeeper()
    const { queue, pending, send, giveUp, states } = scene(undefined, keeper)
    queue.add(files(2))
    send.mock.calls[0]?.[1].onUrl('/api/uploads/a')
    await vi.waitFor(() => expect(kept.size).toBe(2))
    pending[0]?.reject(problem(500))
    await vi.waitFor(() => expect(states()).toEqual(['failed', 'uploading']))
    queue.clearFinished()
    expect(states()).toEqual(['uploading'])
    expect(giveUp.mock.calls).toEqual([['/api/uploads/a']])
    expect(kept.size).toBe(1)
  })

  it('is as fast as its bytes were in the last seconds, those that were there before not counted', () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    try {
      const { queue, send } = scene()
      queue.add(files(1))
      const { onProgress } = send.mock.calls[0]?.[1] ?? { onProgress: () => undefined }
      onProgress(50_000, 100_000)
      expect(queue.bytesPerSecond()).toBeNull()
      for (let second = 1; second <= 4; second++) {
        vi.advanceTimersByTime(1_000)
        onProgress(50_000 + second * 2_000, 100_000)
      }
      expect(queue.bytesPerSecond()).toBe(2_000)
    } finally {
      vi.useRealTimers()
    }
  })
})
