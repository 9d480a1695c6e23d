import sharp from 'sharp'
import { openClient } from './service-client.ts'

/** Registers or signs in, uploads a picture, waits for its renditions and looks at one, as a client would. */
export async function useService(url: string, again?: 'again'): Promise<string> {
  const client = await openClient(url, again)
  const id = await client.upload(
    await sharp({ create: { width: 1200, height: 800, channels: 3, background: '#c63' } })
      .jpeg()
      .toBuffer(),
  )
  // A watermark needs the fonts of the image, a width a render of its own.
  const picture = await client.picture(`/images/${id}?width=300&format=webp&watermarkText=Aa`)
  const { width, height, format } = await sharp(picture).metadata()
  if (width !== 300 || height !== 200 || format !== 'webp') throw new Error(`${width}×${height} ${format}`)
  const { isOpaque, channels } = await sharp(picture).stats()
  const drawn = channels.some(({ stdev }) => stdev > 1)
  if (!isOpaque || !drawn) throw new Error('no watermark is on the picture')
  const { items } = await client.get<{ items: unknown[] }>('/api/images')
  return `${items.length} picture${items.length === 1 ? '' : 's'} uploaded and rendered`
}
