import sharp, { type Sharp } from 'sharp'

/** Four quarters in red, green, blue and white with some grain: shows which way is up, and costs bytes. */
export function quarters(width: number, height: number): Sharp {
  const pixels = Buffer.alloc(width * height * 3)
  let noise = 7
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      noise = (noise * 1103515245 + 12345) & 0x7fffffff
      const grain = (noise >> 16) & 15
      const at = (y * width + x) * 3
      const left = x < width / 2
      const top = y < height / 2
      pixels[at] = (top ? left : !left) ? 235 - grain : grain
      pixels[at + 1] = !left ? 235 - grain : grain
      pixels[at + 2] = !top ? 235 - grain : grain
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
}

export const jpeg = (width = 1200, height = 800): Promise<Buffer> => quarters(width, height).jpeg().toBuffer()

export interface Part {
  name: string
  value: string | Buffer
  filename?: string
  type?: string
}

/** A multipart body, its parts in the given order. */
export function multipart(parts: readonly Part[]): { payload: Buffer; headers: Record<string, string> } {
  const boundary = `----form${Math.random().toString(16).slice(2)}`
  const chunks = parts.flatMap(({ name, value, filename, type }) => [
    Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${
        filename === undefined ? '' : `; filename="${filename}"`
      }\r\n${filename === undefined ? '' : `content-type: ${type ?? 'application/octet-stream'}\r\n`}\r\n`,
    ),
    Buffer.from(value),
    Buffer.from('\r\n'),
  ])
  const payload = Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)])
  return { payload, headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } }
}
