import { setTimeout as pause } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { startBuiltService } from './service.ts'
import { photo } from './two-megapixels.ts'

const percentile = (times: readonly number[], p: number): number => {
  const sorted = [...times].sort((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN
}
const ms = (value: number): string => `${value.toFixed(0)} ms`

/** Uploads `count` photos at once; gives when each was answered. */
async function uploadAll(
  url: string,
  token: string,
  photos: readonly Buffer[],
  count: number,
): Promise<Map<string, number>> {
  const answered = new Map<string, number>()
  await Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const form = new FormData()
      form.set('image', new Blob([photos[at % photos.length] as Buffer]), `${at}.jpg`)
      const response = await fetch(`${url}/api/images`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: form,
      })
      if (response.status !== 201)
        throw new Error(`upload answered ${response.status}: ${await response.text()}`)
      answered.set(((await response.json()) as { id: string }).id, performance.now())
    }),
  )
  return answered
}

async function byEvents(
  url: string,
  token: string,
  photos: readonly Buffer[],
  count: number,
): Promise<number[]> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/events`)
  const complete = new Map<string, number>()
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('open', () => socket.send(JSON.stringify({ type: 'auth', token })))
    socket.on('message', (data) => {
      const event = JSON.parse(String(data)) as { type: string; data: { id: string } }
      if (event.type === 'ready') resolve()
      if (event.type === 'image.complete') complete.set(event.data.id, performance.now())
    })
  })
  const answered = await uploadAll(url, token, photos, count)
  while (![...answered.keys()].every((id) => complete.has(id))) await pause(5)
  socket.close()
  return [...answered].map(([id, at]) => Math.max(0, (complete.get(id) ?? 0) - at))
}

async function byPolling(
  url: string,
  token: string,
  photos: readonly Buffer[],
  count: number,
): Promise<number[]> {
  const answered = await uploadAll(url, token, photos, count)
  return Promise.all(
    [...answered].map(async ([id, at]) => {
      for (;;) {
        await pause(2_000)
        const response = await fetch(`${url}/api/images/${id}/status`, {
          headers: { authorization: `Bearer ${token}` },
        })
        if (((await response.json()) as { status: string }).status === 'complete')
          return performance.now() - at
      }
    }),
  )
}

/** Uploads at each level of concurrency, once watched by events and once by a poller; prints both waits. */
export async function measureLatency(levels: readonly number[]): Promise<void> {
  const photos = await Promise.all([1, 2, 3, 4].map(photo))
  const { url, authorization, stop } = await startBuiltService()
  const token = authorization.replace('Bearer ', '')
  try {
    // The first upload starts the render processes.
    await byEvents(url, token, photos, 2)
    for (const level of levels) {
      const events = await byEvents(url, token, photos, level)
      const polling = await byPolling(url, token, photos, level)
      const line = (times: readonly number[]): string =>
        `p50 ${ms(percentile(times, 0.5)).padStart(8)}   p99 ${ms(percentile(times, 0.99)).padStart(8)}`
      console.log(
        `  ${String(level).padStart(3)} at once   event ${line(events)}   2 s poller ${line(polling)}`,
      )
    }
  } finally {
    await stop()
  }
}
