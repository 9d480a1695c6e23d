import type { TiffLayout } from '../header/tiff-layout.ts'

/** Turns differences back into values, in place (TIFF 6.0, section 14; Adobe's technical note 3 for numbers with a point). */
export function undoPredictor(raw: Uint8Array, layout: TiffLayout, rows: number): void {
  const { block, planar, samples, bits, predictor, little } = layout
  if (predictor === 1) return
  const step = planar ? 1 : samples
  const length = Math.ceil((block.width * step * bits) / 8)
  for (let row = 0; row < rows; row++) {
    const line = raw.subarray(row * length, (row + 1) * length)
    if (predictor === 3) undoFloats(line, step, little)
    else if (bits === 8)
      for (let at = step; at < line.length; at++) line[at] = ((line[at] ?? 0) + (line[at - step] ?? 0)) & 255
    else {
      const view = new DataView(line.buffer, line.byteOffset, line.byteLength)
      for (let at = step * 2; at + 1 < line.length; at += 2)
        view.setUint16(at, view.getUint16(at, little) + view.getUint16(at - step * 2, little), little)
    }
  }
}

/** Bytes of equal weight stand together, the heaviest first, as differences. */
function undoFloats(line: Uint8Array, step: number, little: boolean): void {
  for (let at = step; at < line.length; at++) line[at] = ((line[at] ?? 0) + (line[at - step] ?? 0)) & 255
  const planes = line.slice()
  const count = line.length / 4
  for (let index = 0; index < count; index++)
    for (let byte = 0; byte < 4; byte++)
      line[index * 4 + (little ? 3 - byte : byte)] = planes[byte * count + index] ?? 0
}

/** Samples of a block from 0 to 1, row by row. */
export function samplesOf(raw: Uint8Array, layout: TiffLayout, rows: number): Float32Array {
  const { block, planar, samples, bits, float, little } = layout
  const perRow = block.width * (planar ? 1 : samples)
  const length = Math.ceil((perRow * bits) / 8)
  const out = new Float32Array(perRow * rows)
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength)
  const most = 2 ** bits - 1
  for (let row = 0, to = 0; row < rows; row++) {
    const start = row * length
    for (let index = 0; index < perRow; index++, to++) {
      if (float) out[to] = view.getFloat32(start + index * 4, little)
      else if (bits === 8) out[to] = (raw[start + index] ?? 0) / 255
      else if (bits === 16) out[to] = view.getUint16(start + index * 2, little) / most
      else if (bits === 32) out[to] = view.getUint32(start + index * 4, little) / most
      else out[to] = bitsAt(raw, start * 8 + index * bits, bits) / most
    }
  }
  return out
}

/** Packed from the most significant bit on, in files of either byte order. */
function bitsAt(raw: Uint8Array, from: number, bits: number): number {
  let value = 0
  for (let at = from, left = bits; left > 0; ) {
    const free = 8 - (at & 7)
    const taken = Math.min(free, left)
    const part = ((raw[at >> 3] ?? 0) >> (free - taken)) & ((1 << taken) - 1)
    value = value * 2 ** taken + part
    at += taken
    left -= taken
  }
  return value
}
