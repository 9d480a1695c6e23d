import { setTimeout as pause } from 'node:timers/promises'
import { type Usage, usageOf } from './process-usage.ts'
import type { Asking, Requests } from './requests.ts'

export interface SoakImage {
  id: string
  /** Bytes of the original. */
  size: number
}

export interface SoakReport {
  /** Answers that their kind of request must not have, at most twenty. */
  unexpected: string[]
  asked: number
  /** Bytes of the service and its render processes, at most. */
  most: number
  /** Bytes of the service's own process: medians of the third and of the last quarter. */
  middle: number
  late: number
  /** A few lines for people. */
  text: string
}

interface Ask extends Asking {
  path: string
}

interface Kind {
  /** Of a hundred requests. */
  share: number
  expects: readonly number[]
  make(random: () => number, image: SoakImage): Ask
}

/** What the service says of its own memory: which part of it grows, when the whole does. In bytes. */
export interface Inner {
  heapUsed: number
  heapTotal: number
  external: number
}

type Sample = Usage & Inner

const clients = 8
const mebibytes = (list: readonly number[]): string =>
  list.map((bytes) => `${Math.round(bytes / 1024 ** 2)} MiB`).join(', ')
/** Widths that are asked for most, so that what is evicted of them is a miss again. */
export const ladder = [256, 384, 480, 640, 750, 828]
const one = <T>(list: readonly T[], random: () => number): T => list[Math.floor(random() * list.length)] as T

/** What clients do, good and bad. Misses may be refused for a while: 503 is an answer to them. */
function kindsOf(bearer: Record<string, string>): Record<string, Kind> {
  return {
    hot: {
      share: 45,
      expects: [200, 503],
      make: (random, { id }) => ({ path: `/images/${id}?width=${one(ladder, random)}` }),
    },
    negotiated: {
      share: 10,
      expects: [200, 503],
      make: (random, { id }) => ({
        path: `/images/${id}?width=${one(ladder, random)}&format=auto`,
        headers: { accept: one(['image/avif,image/webp,*/*', '*/*', 'image/webp'], random) },
      }),
    },
    cold: {
      share: 15,
      expects: [200, 503],
      make: (random, { id }) => ({
        path: `/images/${id}?width=${20 + Math.floor(random() * 500)}&quality=${1 + Math.floor(random() * 99)}`,
        headers: bearer,
      }),
    },
    abandoned: {
      share: 10,
      expects: [200, 503],
      make: (random, { id }) => ({
        path: one(
          [`/images/${id}`, `/images/${id}?width=${600 + Math.floor(random() * 900)}&blur=3`],
          random,
        ),
        headers: bearer,
        leaveAfterMs: random() * 60,
      }),
    },
    ranges: {
      share: 5,
      expects: [206],
      make: (random, { id, size }) => ({
        path: `/images/${id}`,
        headers: { range: `bytes=${Math.floor(random() * size * 0.9)}-${size - 1}` },
      }),
    },
    heads: {
      share: 5,
      expects: [200, 503],
      make: (random, { id }) => ({ path: `/images/${id}?width=${one(ladder, random)}`, method: 'HEAD' }),
    },
    invalid: {
      share: 10,
      expects: [400, 403, 404, 416],
      make: (random, { id, size }) =>
        one<Ask>(
          [
            { path: `/images/${id}?width=0` },
            { path: `/images/${id}?width=333` },
            { path: `/images/${id}?width=640&exp=9999999999&sig=a.${'b'.repeat(43)}` },
            { path: `/images/${id.slice(0, -4)}0000?width=640` },
            { path: `/images/${encodeURIComponent(`../${id}`)}` },
            { path: `/images/${id}?v=99` },
            { path: `/images/${id}?crop=1,2,99999,4`, headers: bearer },
            { path: `/images/${id}`, headers: { range: `bytes=${size}-` } },
          ],
          random,
        ),
    },
  }
}

/**
 * Eight clients for so many seconds and requests, whatever takes longer, every second a look at the service's process from
 * outside: a machine that forty others want answers fewer than ten a second.
 */
export async function soak(options: {
  requests: Requests
  pid: number
  images: readonly SoakImage[]
  bearer: Record<string, string>
  seconds: number
  atLeast: number
  inner: () => Promise<Inner>
}): Promise<SoakReport> {
  const { requests, pid, images, seconds } = options
  const drawn = Object.entries(kindsOf(options.bearer)).flatMap((entry) =>
    Array<typeof entry>(entry[1].share).fill(entry),
  )
  const counts = new Map<string, number>()
  const unexpected: string[] = []
  const end = performance.now() + seconds * 1000
  let asked = 0
  const goingOn = (): boolean => performance.now() < end || asked < options.atLeast
  const client = async (seed: number): Promise<void> => {
    const random = mulberry(seed)
    while (goingOn()) {
      asked += 1
      const [name, kind] = one(drawn, random)
      const { path, ...how } = kind.make(random, one(images, random))
      const reply = await requests.ask(path, how)
      const outcome = reply === null ? 'left' : String(reply.status)
      counts.set(`${name} ${outcome}`, (counts.get(`${name} ${outcome}`) ?? 0) + 1)
      if (reply !== null && !kind.expects.includes(reply.status) && unexpected.length < 20) {
        unexpected.push(`${name}: ${path} answered ${reply.status}`)
      }
    }
  }
  const samples: Sample[] = []
  const watch = async (): Promise<void> => {
    while (goingOn()) {
      samples.push({ ...(await options.inner()), ...usageOf(pid) })
      // Not past the end, and not at once again where requests are waited for.
      const left = end - performance.now()
      await pause(left > 0 ? Math.min(1000, left) : 1000)
    }
  }
  await Promise.all([watch(), ...Array.from({ length: clients }, (_, n) => client(n + 1))])

  const medianOf = (from: number, to: number, key: keyof Sample): number => {
    const part = samples
      .slice(Math.floor(samples.length * from), Math.ceil(samples.length * to))
      .map((sample) => sample[key])
      .sort((a, b) => a - b)
    return part[Math.floor(part.length / 2)] ?? 0
  }
  const quarters = (key: keyof Sample): number[] =>
    [0, 0.25, 0.5, 0.75].map((from) => medianOf(from, from + 0.25, key))
  const memory = quarters('ownMemory')
  return {
    unexpected,
    asked,
    most: Math.max(...samples.map((sample) => sample.memory)),
    middle: memory[2] ?? 0,
    late: memory[3] ?? 0,
    text: [
      `${asked} requests in ${seconds} s: ${[...counts].map(([name, count]) => `${name} ${count}`).join(', ')}`,
      `memory by quarters: ${mebibytes(memory)}; with the render processes: ${mebibytes(quarters('memory'))}`,
      `of which heap in use: ${mebibytes(quarters('heapUsed'))}; heap: ${mebibytes(quarters('heapTotal'))}; outside it: ${mebibytes(quarters('external'))}`,
      `handles by quarters: ${quarters('handles').join(', ')}`,
    ].join('\n'),
  }
}

/** Numbers from 0 to 1, the same for the same seed. */
function mulberry(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
