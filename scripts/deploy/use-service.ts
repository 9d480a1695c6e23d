import { setTimeout as pause } from 'node:timers/promises'
import sharp from 'sharp'

/** Registers or signs in, uploads a picture, waits for its renditions and looks at one, as a client would. */
export async function useService(url: string, again?: 'again'): Promise<string> {
  const post = async (path: string, init: RequestInit): Promise<Record<string, unknown>> => {
    const answer = await fetch(url + path, { method: 'POST', ...init })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`)
    return JSON.parse(text) as Record<string, unknown>
  }
  const { accessToken } = await post(again === undefined ? '/api/auth/register' : '/api/auth/login', {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'ann', password: 'correct horse' }),
  })
  const authorization = `Bearer ${String(accessToken)}`
  const bytes = await sharp({ create: { width: 1200, height: 800, channels: 3, background: '#c63' } })
    .jpeg()
    .toBuffer()
  const form = new FormData()
  form.set('image', new Blob([new Uint8Array(bytes)]), 'harbour.jpg')
  const { id } = await post('/api/images', { headers: { authorization }, body: form })
  const limit = Date.now() + 60_000
  for (;;) {
    const answer = await fetch(`${url}/api/images/${String(id)}`, { headers: { authorization } })
    const image = (await answer.json()) as { status: string; sizes: Record<string, { width: number }> }
    if (image.status === 'complete') break
    if (image.status === 'failed' || Date.now() > limit) throw new Error(JSON.stringify(image))
    await pause(200)
  }
  // A watermark needs the fonts of the image, a width a render of its own.
  const answer = await fetch(`${url}/images/${String(id)}?width=300&format=webp&watermarkText=Aa`, {
    headers: { authorization },
  })
  const picture = Buffer.from(await answer.arrayBuffer())
  if (!answer.ok) throw new Error(`the picture answered ${answer.status}: ${picture.toString()}`)
  const { width, height, format } = await sharp(picture).metadata()
  if (width !== 300 || height !== 200 || format !== 'webp') throw new Error(`${width}×${height} ${format}`)
  const { isOpaque, channels } = await sharp(picture).stats()
  const drawn = channels.some(({ stdev }) => stdev > 1)
  if (!isOpaque || !drawn) throw new Error('no watermark is on the picture')
  const list = (await (await fetch(`${url}/api/images`, { headers: { authorization } })).json()) as {
    items: unknown[]
  }
  return `${list.items.length} picture${list.items.length === 1 ? '' : 's'} uploaded and rendered`
}
