import { Failure } from '@rendition/contract'
import type { Size } from '../plan/primitive.ts'
import { expandLzw } from './lzw.ts'

/** A frame of a GIF as it stands in the file. */
interface Frame extends Size {
  left: number
  top: number
  table: Uint8Array
  interlaced: boolean
  /** The index that draws nothing; −1 for none. */
  clear: number
  /** What becomes of it when the next is drawn: 2 clears its place, 3 brings back what was there before. */
  disposal: number
  /** Milliseconds. */
  delay: number
  literal: number
  data: Uint8Array
}

/** A GIF whose blocks were read, and no pixel yet. */
export interface Gif extends Size {
  frames: Frame[]
  delay: number[]
  /** How often all frames are shown; 0 is for ever. */
  loop: number
}

const nothing = new Uint8Array(0)
const damagedPixels = () => new Failure('undecodable', 'The pixels of the GIF are damaged.')

/** Reads the blocks of a GIF as far as the header's walk counted frames (GIF89a). */
export function readGif(bytes: Uint8Array, size: Size, count: number): Gif {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const packed = view.getUint8(10)
  let at = 13
  const tableAt = (flags: number): Uint8Array => {
    if ((flags & 0x80) === 0) return nothing
    const table = bytes.subarray(at, at + (3 << ((flags & 7) + 1)))
    at += table.length
    return table
  }
  const global = tableAt(packed)
  const gif: Gif = { ...size, frames: [], delay: [], loop: 1 }
  let control = { clear: -1, disposal: 0, delay: 0 }
  try {
    while (gif.frames.length < count) {
      const kind = bytes[at]
      if (kind === 0x21) {
        const label = view.getUint8(at + 1)
        const data = bytes.subarray(at + 3, at + 3 + view.getUint8(at + 2))
        if (label === 0xf9 && data.length >= 4) control = controlOf(data)
        if (label === 0xff && isLoop(data)) gif.loop = loopOf(bytes, at + 3 + data.length) ?? gif.loop
        at = behindBlocks(view, at + 2)
      } else if (kind === 0x2c) {
        const place = {
          left: view.getUint16(at + 1, true),
          top: view.getUint16(at + 3, true),
          width: view.getUint16(at + 5, true),
          height: view.getUint16(at + 7, true),
        }
        const flags = view.getUint8(at + 9)
        at += 10
        const own = tableAt(flags)
        const literal = view.getUint8(at)
        const end = behindBlocks(view, at + 1)
        const table = own.length > 0 ? own : global
        const data = bytes.subarray(at + 1, end)
        gif.frames.push({ ...place, ...control, table, literal, data, interlaced: (flags & 0x40) !== 0 })
        gif.delay.push(control.delay)
        control = { clear: -1, disposal: 0, delay: 0 }
        at = end
      } else break
    }
    return gif
  } catch (error) {
    if (error instanceof RangeError) throw damagedPixels()
    throw error
  }
}

function controlOf(data: Uint8Array): Pick<Frame, 'clear' | 'disposal' | 'delay'> {
  const [flags = 0, low = 0, high = 0, index = 0] = data
  return {
    clear: (flags & 1) === 1 ? index : -1,
    disposal: (flags >> 2) & 7,
    delay: (low | (high << 8)) * 10,
  }
}

const isLoop = (data: Uint8Array): boolean =>
  /^(NETSCAPE2\.0|ANIMEXTS1\.0)$/.test(
    Buffer.from(data.buffer, data.byteOffset, data.length).toString('latin1'),
  )

/** Behind the application's name: 1, and how many times more it is shown. */
function loopOf(bytes: Uint8Array, at: number): number | null {
  const [length = 0, kind, low = 0, high = 0] = bytes.subarray(at, at + 4)
  if (length < 3 || kind !== 1) return null
  const more = low | (high << 8)
  return more === 0 ? 0 : more + 1
}

function behindBlocks(view: DataView, from: number): number {
  let at = from
  for (;;) {
    const length = view.getUint8(at)
    at += 1 + length
    if (length === 0) return at
  }
}

/**
 * The pictures that the frames make up, in turn, as browsers show them: what no frame has covered is clear, disposal
 * clears to that and never to a background colour, and what lies beyond the canvas is not shown. RGBA.
 */
export function* drawGif(gif: Gif): Generator<Uint8Array> {
  const { width, height, frames } = gif
  const canvas = new Uint8Array(width * height * 4)
  const words = new Uint32Array(canvas.buffer)
  let before: Uint32Array | null = null
  let last: Frame | null = null
  for (const frame of frames) {
    if (last?.disposal === 2) clear(words, gif, last)
    if (last?.disposal === 3 && before) words.set(before)
    before = frame.disposal === 3 ? words.slice() : null
    draw(words, gif, frame)
    last = frame
    yield canvas.slice()
  }
}

function clear(words: Uint32Array, { width, height }: Size, frame: Frame): void {
  const from = Math.min(frame.left, width)
  const to = Math.min(frame.left + frame.width, width)
  for (let y = frame.top; y < Math.min(frame.top + frame.height, height); y++)
    words.fill(0, y * width + from, y * width + to)
}

/** The bytes of the sub-blocks without their lengths. */
function joined(data: Uint8Array): Uint8Array {
  const out = new Uint8Array(data.length)
  let length = 0
  for (let at = 0; at < data.length; ) {
    const size = data[at] ?? 0
    out.set(data.subarray(at + 1, at + 1 + size), length)
    length += size
    at += 1 + size
  }
  return out.subarray(0, length)
}

/** Rows of an interlaced frame in the order they come: from, and step. */
const passes = [
  [0, 8],
  [4, 8],
  [2, 4],
  [1, 2],
] as const

function* rowsOf({ height, interlaced }: Frame): Generator<number> {
  if (!interlaced) for (let y = 0; y < height; y++) yield y
  else for (const [from, step] of passes) for (let y = from; y < height; y += step) yield y
}

/** A pixel that no table names is drawn in nothing. */
function paletteOf({ table, clear: hidden }: Frame): Uint32Array {
  const palette = new Uint32Array(256)
  const bytes = new Uint8Array(palette.buffer)
  for (let index = 0; index * 3 + 2 < table.length; index++) {
    bytes.set(table.subarray(index * 3, index * 3 + 3), index * 4)
    bytes[index * 4 + 3] = 255
  }
  if (hidden >= 0) palette[hidden] = 0
  return palette
}

function draw(words: Uint32Array, { width, height }: Size, frame: Frame): void {
  if (frame.width === 0 || frame.height === 0) return
  if (frame.literal < 1 || frame.literal > 8) throw damagedPixels()
  const indices = new Uint8Array(frame.width * frame.height)
  const form = { literal: frame.literal, leastFirst: true, early: false }
  const found = expandLzw(joined(frame.data), indices, form)
  if (found === null) throw damagedPixels()
  const palette = paletteOf(frame)
  const shown = Math.max(0, Math.min(frame.width, width - frame.left))
  let from = 0
  for (const row of rowsOf(frame)) {
    const y = frame.top + row
    const count = y < height ? Math.min(shown, found - from) : 0
    let to = y * width + frame.left
    for (let at = from; at < from + count; at++, to++) {
      const colour = palette[indices[at] ?? 0] ?? 0
      if (colour !== 0) words[to] = colour
    }
    from += frame.width
  }
}
