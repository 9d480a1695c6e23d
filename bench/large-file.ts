import sharp from 'sharp'

/** A PNG without compression: 200 MB of 66.7 megapixels, which the service decodes once for its placeholder. */
export function largeFile(): Promise<Buffer> {
  const [width, height] = [8165, 8165]
  const create = { width, height, channels: 3 as const, background: '#468' }
  return sharp({ create }).png({ compressionLevel: 0 }).toBuffer()
}
