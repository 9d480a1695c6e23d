import type { Size } from '../plan/primitive.ts'

/** A picture between two passes: 8-bit sRGB, row by row, alpha not premultiplied. */
export interface Canvas extends Size {
  data: Uint8Array
  channels: 3 | 4
  /** Every pixel is a grey by construction, so that a file may have one channel. */
  grey: boolean
}

/** The same picture with alpha. */
export function withAlpha(canvas: Canvas): Canvas {
  if (canvas.channels === 4) return canvas
  const { data } = canvas
  const out = new Uint8Array(canvas.width * canvas.height * 4)
  for (let from = 0, to = 0; to < out.length; from += 3, to += 4) {
    out[to] = data[from] ?? 0
    out[to + 1] = data[from + 1] ?? 0
    out[to + 2] = data[from + 2] ?? 0
    out[to + 3] = 255
  }
  return { ...canvas, data: out, channels: 4 }
}

/** What libvips gave, with one or two channels (grey, grey and alpha) written out as three or four. */
export function canvasOf(data: Uint8Array, size: Size, channels: number, grey: boolean): Canvas {
  const { width, height } = size
  if (channels === 3 || channels === 4) return { data, width, height, channels, grey }
  const to = channels === 2 ? 4 : 3
  const out = new Uint8Array(width * height * to)
  for (let from = 0, at = 0; at < out.length; from += channels, at += to) {
    const value = data[from] ?? 0
    out[at] = value
    out[at + 1] = value
    out[at + 2] = value
    if (to === 4) out[at + 3] = data[from + 1] ?? 0
  }
  return { data: out, width, height, channels: to, grey: true }
}

export interface Colour {
  red: number
  green: number
  blue: number
  /** 0 to 255. */
  alpha: number
}

/** `rrggbbaa`, as the grammar writes it. */
export function readColour(hex: string): Colour {
  const part = (at: number) => Number.parseInt(hex.slice(at, at + 2), 16)
  return { red: part(0), green: part(2), blue: part(4), alpha: part(6) }
}

/** As sharp wants it: alpha from 0 to 1. */
export function sharpColour(hex: string): { r: number; g: number; b: number; alpha: number } {
  const { red, green, blue, alpha } = readColour(hex)
  return { r: red, g: green, b: blue, alpha: alpha / 255 }
}

export function isGrey({ red, green, blue }: Colour): boolean {
  return red === green && green === blue
}
