import { NetworkError } from '@rendition/client'
import { expect, it } from 'vitest'
import { fetchPicture } from './fetch-picture.ts'

const never = new AbortController().signal

/** Answers one after the other, and how long was waited between them. */
function means(answers: readonly Response[]) {
  const left = [...answers]
  const waited: number[] = []
  return {
    waited,
    left,
    fetch: async () => left.shift() ?? Response.error(),
    wait: async (ms: number) => void waited.push(ms),
  }
}
const problem = (status: number, code: string, headers: Record<string, string> = {}) =>
  new Response(
    JSON.stringify({ type: 'about:blank', title: 'Busy', status, code, detail: 'No.', instance: 'x' }),
    {
      status,
      headers: { 'content-type': 'application/problem+json', ...headers },
    },
  )
const busy = (seconds: number) => problem(503, 'overloaded', { 'retry-after': String(seconds) })

it('comes again when the service said, and gives the picture', async () => {
  const given = means([busy(5), busy(0), busy(900), new Response('picture')])
  const blob = await fetchPicture('/images/x', never, given)
  expect(await blob.text()).toBe('picture')
  expect(given.waited).toEqual([5_000, 1_000, 30_000])
})

it('gives up after some time, and at once where coming again is no use', async () => {
  const always = means(Array.from({ length: 20 }, () => busy(1)))
  await expect(fetchPicture('/images/x', never, always)).rejects.toMatchObject({ code: 'overloaded' })
  expect(always.left).toHaveLength(13)
  const damaged = means([problem(422, 'undecodable', { 'retry-after': '1' }), new Response('picture')])
  await expect(fetchPicture('/images/x', never, damaged)).rejects.toMatchObject({ code: 'undecodable' })
  expect(damaged.waited).toEqual([])
})

it('waits no longer than somebody looks', async () => {
  const looking = new AbortController()
  const { fetch } = means([busy(30), new Response('picture')])
  const asked = fetchPicture('/images/x', looking.signal, {
    fetch,
    wait: (_ms, signal) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason))
        looking.abort(new Error('gone'))
      }),
  })
  await expect(asked).rejects.toThrow('gone')
})

it('says of a line that is down or breaks in the middle what the client says of one', async () => {
  const down = { ...means([]), fetch: () => Promise.reject(new TypeError('Failed to fetch')) }
  await expect(fetchPicture('/images/x', never, down)).rejects.toBeInstanceOf(NetworkError)
  const cut = new Response(
    new ReadableStream({ start: (controller) => controller.error(new TypeError('network error')) }),
  )
  await expect(fetchPicture('/images/x', never, means([cut]))).rejects.toBeInstanceOf(NetworkError)
})
