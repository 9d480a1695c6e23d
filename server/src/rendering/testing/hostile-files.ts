import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { constants, crc32, deflateRawSync } from 'node:zlib'
import sharp from 'sharp'

export interface Hostile {
  bytes: Uint8Array
  /** What may be answered; `ok` where the file is a picture within the limits after all. */
  answers: readonly string[]
}

const small = () => sharp({ create: { width: 64, height: 48, channels: 3, background: '#468' } })
const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** So many zero bytes deflated (RFC 1950), without having them: one flushed block said again and again. */
function deflatedZeros(length: number): Buffer {
  const block = 2 ** 20
  const zeros = (count: number) =>
    deflateRawSync(Buffer.alloc(count), { level: 9, finishFlush: constants.Z_FULL_FLUSH })
  const blocks = Array<Buffer>(Math.floor(length / block)).fill(zeros(block))
  // Adler-32 of zeros: the first sum stays 1, the second counts them
  const checksum = u32((length % 65_521) * 65_536 + 1)
  return Buffer.concat([
    Buffer.from('7801', 'hex'),
    ...blocks,
    zeros(length % block),
    Buffer.from('0300', 'hex'),
    checksum,
  ])
}

function chunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data])
  return Buffer.concat([u32(data.length), body, u32(crc32(body))])
}

/** A black RGB PNG of any size in a thousandth of it. */
function blackPng(width: number, height: number, interlaced: boolean, ...more: Buffer[]): Buffer {
  // The seven passes of Adam7: first column, first row, and the steps (PNG, section 8.2)
  const adam7 = [
    [0, 0, 8, 8],
    [4, 0, 8, 8],
    [0, 4, 4, 8],
    [2, 0, 4, 4],
    [0, 2, 2, 4],
    [1, 0, 2, 2],
    [0, 1, 1, 2],
  ]
  const passes = interlaced ? adam7 : [[0, 0, 1, 1]]
  const bytes = passes.reduce((sum, [x = 0, y = 0, across = 1, down = 1]) => {
    const [columns, rows] = [Math.ceil((width - x) / across), Math.ceil((height - y) / down)]
    return sum + (columns * 3 + 1) * rows
  }, 0)
  const header = Buffer.concat([u32(width), u32(height), Buffer.from([8, 2, 0, 0, interlaced ? 1 : 0])])
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    ...more,
    chunk('IDAT', deflatedZeros(bytes)),
    chunk('IEND', new Uint8Array(0)),
  ])
}

/** A JPEG that says another size in its frame header. */
async function jpegSaying(width: number, height: number, progressive: boolean): Promise<Buffer> {
  const bytes = await small().jpeg({ progressive }).toBuffer()
  const frame = bytes.indexOf(Buffer.from([0xff, progressive ? 0xc2 : 0xc0]))
  bytes.writeUInt16BE(height, frame + 5)
  bytes.writeUInt16BE(width, frame + 7)
  return bytes
}

/** A grey square that takes a bit a block (T.81, annexes F and G): decoders keep six bytes a pixel for such a file. */
function greyProgressive(side: number): Buffer {
  const blocks = Math.ceil(side / 8) ** 2
  const frame = Buffer.from('ffc20011080000000003011100021100031100', 'hex')
  frame.writeUInt16BE(side, 5)
  frame.writeUInt16BE(side, 7)
  return Buffer.concat([
    Buffer.from('ffd8ffdb004300', 'hex'),
    Buffer.alloc(64, 1),
    frame,
    // One code, of one bit, for "as the block before"
    Buffer.from(`ffc4001400${'01'}${'00'.repeat(15)}00`, 'hex'),
    Buffer.from('ffda000c03010002000300000000', 'hex'),
    Buffer.alloc(Math.ceil((blocks * 3) / 8)),
    Buffer.from('ffd9', 'hex'),
  ])
}

/** A progressive JPEG whose last scan is said again and again. */
async function manyScans(times: number): Promise<Buffer> {
  const bytes = await sharp({ create: { width: 2000, height: 2000, channels: 3, background: '#468' } })
    .jpeg({ progressive: true })
    .toBuffer()
  const scan = bytes.lastIndexOf(Buffer.from([0xff, 0xda]))
  const last = bytes.subarray(scan, bytes.length - 2)
  return Buffer.concat([bytes.subarray(0, scan), ...Array<Buffer>(times).fill(last), bytes.subarray(-2)])
}

/** `pages` directories, each of the same little strip or tile, which says to hold `width` × `height` pixels. */
function tiffOf(width: number, height: number, tiled: boolean, pages = 1): Buffer {
  const data = deflatedZeros(width * height * 3)
  const at = 8 + 8
  const entries = (next: number): [number, number, number, number][] => [
    [256, 4, 1, width],
    [257, 4, 1, height],
    [258, 3, 3, 8],
    [259, 3, 1, 8],
    [262, 3, 1, 2],
    ...(tiled ? [] : ([[273, 4, 1, at]] as [number, number, number, number][])),
    [277, 3, 1, 3],
    ...(tiled
      ? ([
          [322, 4, 1, width],
          [323, 4, 1, height],
          [324, 4, 1, at],
          [325, 4, 1, data.length],
        ] as [number, number, number, number][])
      : ([
          [278, 4, 1, height],
          [279, 4, 1, data.length],
        ] as [number, number, number, number][])),
    [65000, 4, 1, next],
  ]
  const directoryBytes = 2 + entries(0).length * 12 + 4
  const start = at + data.length + (data.length & 1)
  const file = Buffer.alloc(start + pages * directoryBytes)
  file.write('49492a00', 'hex')
  file.writeUInt32LE(start, 4)
  for (let sample = 0; sample < 3; sample++) file.writeUInt16LE(8, 8 + sample * 2)
  data.copy(file, at)
  for (let page = 0; page < pages; page++) {
    let to = start + page * directoryBytes
    const list = entries(page)
    to = file.writeUInt16LE(list.length, to)
    for (const [tag, type, count, value] of list) {
      to = file.writeUInt16LE(tag, to)
      to = file.writeUInt16LE(type, to)
      to = file.writeUInt32LE(count, to)
      if (type === 3 && count === 1) file.writeUInt16LE(value, to)
      else file.writeUInt32LE(value, to)
      to += 4
    }
    file.writeUInt32LE(page + 1 < pages ? to + 4 : 0, to)
  }
  return file
}

function gifOf(frames: number): Buffer {
  const head = Buffer.from('474946383961010001008000000000000000ff', 'hex')
  const frame = Buffer.from('2c0000000001000100000202440100', 'hex')
  return Buffer.concat([head, ...Array<Buffer>(frames).fill(frame), Buffer.from([0x3b])])
}

/** The frames of an animation said again and again. */
async function webpOf(frames: number): Promise<Buffer> {
  const data = Buffer.alloc(8 * 16 * 4, 200)
  data.fill(90, 8 * 8 * 4)
  const bytes = await sharp(data, { raw: { width: 8, height: 16, channels: 4, pageHeight: 8 } })
    .webp({ loop: 0 })
    .toBuffer()
  const first = bytes.indexOf('ANMF')
  const frame = bytes.subarray(first, first + 8 + bytes.readUInt32LE(first + 4))
  const file = Buffer.concat([bytes.subarray(0, first), ...Array<Buffer>(frames).fill(frame)])
  file.writeUInt32LE(file.length - 8, 4)
  return file
}

/** An AVIF or HEIC whose `ispe` says another size than the picture inside has. */
function saying(bytes: Buffer, width: number, height: number): Buffer {
  const changed = Buffer.from(bytes)
  for (let at = changed.indexOf('ispe'); at >= 0; at = changed.indexOf('ispe', at + 4)) {
    changed.writeUInt32BE(width, at + 8)
    changed.writeUInt32BE(height, at + 12)
  }
  return changed
}

/** Files that are small and cost much, by name. */
export async function hostileFiles(): Promise<ReadonlyMap<string, Hostile>> {
  const gif = await small().gif().toBuffer()
  gif.writeUInt16LE(65_535, 6)
  gif.writeUInt16LE(65_535, 8)
  const webp = await small().webp().toBuffer()
  webp.writeUInt16LE(0x3fff, webp.indexOf(Buffer.from('9d012a', 'hex')) + 3)
  webp.writeUInt16LE(0x3fff, webp.indexOf(Buffer.from('9d012a', 'hex')) + 5)
  const tiff = tiffOf(64, 48, false)
  const directory = tiff.readUInt32LE(4)
  tiff.writeUInt32LE(65_500, directory + 2 + 8)
  tiff.writeUInt32LE(65_500, directory + 2 + 12 + 8)
  const avif = await small().avif({ effort: 0 }).toBuffer()
  const heic = await readFile(fileURLToPath(new URL('./quarters.heic', import.meta.url)))
  const png = await small().png().toBuffer()
  png.writeUInt32BE(65_500, 16)
  png.writeUInt32BE(65_500, 20)
  const text = chunk('zTXt', Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), deflatedZeros(2e8)]))
  const refused = ['too_many_pixels']
  const damaged = ['undecodable']
  const files: Record<string, [Uint8Array, readonly string[]]> = {
    'jpeg of 65,500 × 65,500 in its header': [await jpegSaying(65_500, 65_500, false), refused],
    'png of 65,500 × 65,500 in its header': [png, refused],
    'gif of 65,535 × 65,535 in its header': [gif, refused],
    'webp of 16,383 × 16,383 in its header': [webp, refused],
    'tiff of 65,500 × 65,500 in its header': [tiff, refused],
    'avif of 65,500 × 65,500 in its header': [saying(avif, 65_500, 65_500), refused],
    'png of 1 × 10,000,000': [blackPng(1, 10_000_000, false), refused],
    'png bomb of 100 megapixels': [blackPng(10_000, 10_000, false), ['ok', 'render_too_large']],
    'png bomb of 100 megapixels, interlaced': [blackPng(10_000, 10_000, true), ['ok', 'render_too_large']],
    'png of a text that unpacks to 200 MB': [blackPng(64, 48, false, text), ['ok']],
    'jpeg of 100 megapixels in 2 KB': [await jpegSaying(10_000, 10_000, false), damaged],
    'jpeg progressive of 100 megapixels in 2 KB': [await jpegSaying(10_000, 10_000, true), damaged],
    'jpeg progressive bomb of 100 megapixels': [greyProgressive(10_000), ['render_too_large']],
    'jpeg progressive of 500 scans': [await manyScans(500), damaged],
    'gif of 10,000 frames': [gifOf(10_000), ['animation_too_large']],
    'webp of 10,000 frames': [await webpOf(10_000), ['animation_too_large']],
    'tiff of one strip of 100 megapixels': [tiffOf(10_000, 10_000, false), ['ok', 'render_too_large']],
    'tiff of one tile of 100 megapixels': [tiffOf(10_000, 10_000, true), damaged],
    'tiff of 10,000 pages': [tiffOf(64, 48, false, 10_000), ['ok']],
    'heic of another size than it says': [saying(heic, 9_000, 9_000), damaged],
  }
  return new Map(Object.entries(files).map(([name, [bytes, answers]]) => [name, { bytes, answers }]))
}
