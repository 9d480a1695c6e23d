import sharp from 'sharp'

const drawn = new Map<string, Promise<Buffer>>()

/** A photograph-like picture: a smooth ground with structure at several scales, the same bytes every time. */
export function photo(width: number, height: number, format: 'jpeg' | 'png' = 'jpeg'): Promise<Buffer> {
  const what = `${width} ${height} ${format}`
  const there = drawn.get(what) ?? draw(width, height, format)
  drawn.set(what, there)
  return there
}

async function draw(width: number, height: number, format: 'jpeg' | 'png'): Promise<Buffer> {
  const tile = 512
  const pixels = Buffer.alloc(tile * tile * 3)
  for (let y = 0; y < tile; y += 1) {
    for (let x = 0; x < tile; x += 1) {
      const at = (y * tile + x) * 3
      const wave = Math.sin(x / 9) * Math.cos(y / 13) * 40 + Math.sin((x + y) / 3) * 12
      pixels[at] = 120 + wave + (x / tile) * 60
      pixels[at + 1] = 110 + wave * 0.7 + (y / tile) * 70
      pixels[at + 2] = 90 - wave * 0.5 + ((x * y) % 97) / 4
    }
  }
  // As large tiles, scaled up in part, so that fine and coarse structure lie beside each other.
  const { data, info } = await sharp(pixels, { raw: { width: tile, height: tile, channels: 3 } })
    .resize(Math.min(width, 2048), Math.min(height, 2048), { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer({ resolveWithObject: true })
  const picture = sharp(data, { raw: { width: info.width, height: info.height, channels: 3 } }).resize(
    width,
    height,
    { fit: 'fill' },
  )
  return format === 'png'
    ? picture.png({ compressionLevel: 2 }).toBuffer()
    : picture.jpeg({ quality: 85 }).toBuffer()
}

/** Squares of two colours, one of them see-through. */
export async function transparentPng(size: number): Promise<Buffer> {
  const ground = { r: 0, g: 0, b: 0, alpha: 0 }
  const square = await sharp({
    create: { width: size / 2, height: size / 2, channels: 4, background: '#e0402080' },
  })
    .png()
    .toBuffer()
  return sharp({ create: { width: size, height: size, channels: 4, background: ground } })
    .composite([{ input: square, gravity: 'northwest' }])
    .png()
    .toBuffer()
}

/** A few moving frames. */
export async function animatedGif(size: number): Promise<Buffer> {
  const frames = ['red', 'green', 'blue'].map((background) =>
    sharp({ create: { width: size, height: size, channels: 3, background } })
      .png()
      .toBuffer(),
  )
  return sharp(await Promise.all(frames), { join: { animated: true } })
    .gif({ delay: [100, 100, 100] })
    .toBuffer()
}
