import { crc32 } from 'node:zlib'
import sharp, { type Sharp } from 'sharp'

/** Smooth colour with some grain: compresses like a photograph and differs everywhere. */
export function scene(width: number, height: number): Sharp {
  const pixels = Buffer.alloc(width * height * 3)
  let noise = 1
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      noise = (noise * 1103515245 + 12345) & 0x7fffffff
      const at = (y * width + x) * 3
      const grain = (noise >> 16) & 15
      pixels[at] = Math.round((x / width) * 220) + grain
      pixels[at + 1] = Math.round((y / height) * 220) + grain
      pixels[at + 2] = 128 + Math.round(60 * Math.sin((x + y) / 40)) + grain
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
}

export const jpeg = (width = 1200, height = 800): Promise<Buffer> => scene(width, height).jpeg().toBuffer()

/** Four quarters in red, green, blue, white: shows which way is up. */
export async function compass(width: number, height: number): Promise<Sharp> {
  const half = { width: Math.round(width / 2), height: Math.round(height / 2) }
  const quarter = (background: string) =>
    sharp({ create: { ...half, channels: 3, background } })
      .png()
      .toBuffer()
  const canvas = sharp({ create: { width, height, channels: 3, background: '#fff' } })
  const [red, green, blue] = await Promise.all(['#f00', '#0f0', '#00f'].map(quarter))
  const placed = await canvas
    .composite([
      { input: red, left: 0, top: 0 },
      { input: green, left: width - half.width, top: 0 },
      { input: blue, left: 0, top: height - half.height },
    ])
    .png()
    .toBuffer()
  return sharp(placed)
}

/** An animation of `frames` plain frames, each in another colour. */
export async function animation(
  format: 'gif' | 'webp',
  width = 120,
  height = 80,
  frames = 5,
): Promise<Buffer> {
  const colours = Array.from({ length: frames }, (_, i) => ({
    r: (i * 50) % 256,
    g: 200 - i * 20,
    b: i * 10,
  }))
  const pages = await Promise.all(
    colours.map((background) =>
      sharp({ create: { width, height, channels: 3, background } })
        .png()
        .toBuffer(),
    ),
  )
  // One page is no animation, and join wants two.
  const joined = pages.length === 1 ? sharp(pages[0]) : sharp(pages, { join: { animated: true } })
  return format === 'gif' ? joined.gif({ loop: 0 }).toBuffer() : joined.webp({ loop: 0 }).toBuffer()
}

/** A PNG whose header claims any size; there are no pixels behind it. */
export function hollowPng(width: number, height: number): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk('IHDR', header),
    chunk('IDAT', Buffer.from([0x78, 0x9c, 0x03, 0x00, 0x00, 0x00, 0x00, 0x01])),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  const out = Buffer.alloc(body.length + 8)
  out.writeUInt32BE(data.length, 0)
  body.copy(out, 4)
  out.writeUInt32BE(crc32(body), body.length + 4)
  return out
}

/** Format, upright size and frames of some bytes. */
export async function look(bytes: Uint8Array): Promise<{
  format: string
  width: number
  height: number
  frames: number
}> {
  const { format, width, height, pages, pageHeight } = await sharp(bytes, { animated: true }).metadata()
  return { format, width, height: pageHeight ?? height, frames: pages ?? 1 }
}

/** The colour of one point, from 0 to 1 of each side. */
export async function colourAt(bytes: Uint8Array, x: number, y: number): Promise<[number, number, number]> {
  const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const at =
    (Math.floor(y * (info.height - 1)) * info.width + Math.floor(x * (info.width - 1))) * info.channels
  return [data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0]
}
