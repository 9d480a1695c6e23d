import { WebSocket } from 'ws'

/** One account of a running service that uploads, and hears of the end by WebSocket. */
export interface Uploader {
  /** Milliseconds until the upload was answered, and from then until the event that its renditions are there. */
  upload(photo: Uint8Array, name: string): Promise<{ answered: number; complete: number }>
  close(): void
}

export async function openUploader(url: string, token: string): Promise<Uploader> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/events`)
  const completed = new Map<string, number>()
  const waiting = new Map<string, (at: number) => void>()
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject)
    socket.once('open', () => socket.send(JSON.stringify({ type: 'auth', token })))
    socket.on('message', (data) => {
      const event = JSON.parse(String(data)) as { type: string; data: { id: string } }
      if (event.type === 'ready') resolve()
      if (event.type !== 'image.complete') return
      completed.set(event.data.id, performance.now())
      waiting.get(event.data.id)?.(performance.now())
    })
  })
  return {
    async upload(photo, name) {
      const form = new FormData()
      form.set('image', new Blob([new Uint8Array(photo)]), name)
      const begun = performance.now()
      const response = await fetch(`${url}/api/images`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: form,
      })
      if (response.status !== 201)
        throw new Error(`upload answered ${response.status}: ${await response.text()}`)
      const { id } = (await response.json()) as { id: string }
      const answered = performance.now()
      const at = completed.get(id) ?? (await new Promise<number>((resolve) => waiting.set(id, resolve)))
      return { answered: answered - begun, complete: Math.max(0, at - answered) }
    },
    close: () => socket.close(),
  }
}

export const percentile = (times: readonly number[], p: number): number => {
  const sorted = [...times].sort((left, right) => left - right)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * p))] ?? Number.NaN
}

export const inMs = (value: number): string => `${value.toFixed(0)} ms`
