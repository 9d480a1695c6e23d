import { setTimeout as pause } from 'node:timers/promises'
import { startBuiltService } from './service.ts'
import { photo } from './two-megapixels.ts'
import { inMs, openUploader, percentile } from './uploads.ts'

/** Uploads `count` photos at once and waits for their events. */
async function byEvents(
  url: string,
  token: string,
  photos: readonly Buffer[],
  count: number,
): Promise<number[]> {
  const uploader = await openUploader(url, token)
  const uploads = Array.from({ length: count }, (_, at) =>
    uploader.upload(photos[at % photos.length] as Buffer, `${at}.jpg`),
  )
  const times = await Promise.all(uploads)
  uploader.close()
  return times.map(({ complete }) => complete)
}

/** The naive way: uploads, then asks for the state every two seconds. */
async function byPolling(
  url: string,
  token: string,
  photos: readonly Buffer[],
  count: number,
): Promise<number[]> {
  const authorization = `Bearer ${token}`
  return Promise.all(
    Array.from({ length: count }, async (_, at) => {
      const form = new FormData()
      form.set('image', new Blob([new Uint8Array(photos[at % photos.length] as Buffer)]), `${at}.jpg`)
      const response = await fetch(`${url}/api/images`, {
        method: 'POST',
        headers: { authorization },
        body: form,
      })
      if (response.status !== 201) throw new Error(`upload answered ${response.status}`)
      const { id } = (await response.json()) as { id: string }
      const answered = performance.now()
      for (;;) {
        await pause(2_000)
        const asked = await fetch(`${url}/api/images/${id}/status`, { headers: { authorization } })
        if (((await asked.json()) as { status: string }).status === 'complete')
          return performance.now() - answered
      }
    }),
  )
}

/** Uploads at each level of concurrency, once watched by events and once by a poller; prints both waits. */
export async function measureLatency(levels: readonly number[]): Promise<void> {
  const photos = await Promise.all([1, 2, 3, 4].map(photo))
  const { url, authorization, stop } = await startBuiltService()
  const token = authorization.replace('Bearer ', '')
  const line = (times: readonly number[]): string =>
    `p50 ${inMs(percentile(times, 0.5)).padStart(8)}   p99 ${inMs(percentile(times, 0.99)).padStart(8)}`
  try {
    // The first uploads start the render processes.
    await byEvents(url, token, photos, 4)
    for (const level of levels) {
      // Small levels several times, in turns, so that a p99 is not one upload.
      const rounds = Math.max(1, Math.ceil(20 / level))
      const events: number[] = []
      const polling: number[] = []
      for (let round = 0; round < rounds; round += 1) {
        events.push(...(await byEvents(url, token, photos, level)))
        polling.push(...(await byPolling(url, token, photos, level)))
      }
      console.log(
        `  ${String(level).padStart(3)} at once, ${String(events.length).padStart(3)} each   ` +
          `event ${line(events)}   2 s poller ${line(polling)}`,
      )
    }
  } finally {
    await stop()
  }
}
