import { invert, type Matrix, multiply, toD50, type Vector } from '../colour/matrix.ts'
import { bt709 } from '../colour/numbers.ts'
import { ascii } from '../header/reader.ts'
import { viewOf } from '../metadata/values.ts'
import { shifted } from './profile.ts'

const headerBytes = 128
/** A profile of more tags has none of ours behind them. */
const mostTags = 100
const primaryTags = ['rXYZ', 'gXYZ', 'bXYZ'] as const

/**
 * An embedded profile of RGB with more colours than sRGB, with P3 where it means sRGB (`p3 as srgb`); null for every
 * other, and for one that a table describes.
 */
export function profileInP3(icc: Uint8Array): Uint8Array | null {
  const places = new Map<string, number>()
  const view = viewOf(icc)
  if (icc.length < headerBytes + 4 || ascii(icc, 16, 4) !== 'RGB ' || ascii(icc, 20, 4) !== 'XYZ ')
    return null
  const count = Math.min(view.getUint32(headerBytes), mostTags)
  for (let entry = headerBytes + 4; entry < headerBytes + 4 + count * 12; entry += 12) {
    if (entry + 12 > icc.length) return null
    places.set(ascii(icc, entry, 4), view.getUint32(entry + 4))
  }
  if (places.has('A2B0') || places.has('A2B1')) return null
  const columns: Vector[] = []
  for (const tag of primaryTags) {
    const at = places.get(tag)
    if (at === undefined || at + 20 > icc.length) return null
    const value = (index: number) => view.getInt32(at + 8 + index * 4) / 65_536
    columns.push([value(0), value(1), value(2)])
  }
  const [r, g, b] = columns
  if (!r || !g || !b) return null
  const matrix: Matrix = [
    [r[0], g[0], b[0]],
    [r[1], g[1], b[1]],
    [r[2], g[2], b[2]],
  ]
  if (!isWide(matrix)) return null
  const out = Uint8Array.from(icc)
  const moved = shifted(matrix, 'p3 as srgb')
  for (const [column, tag] of primaryTags.entries())
    for (const [row, values] of moved.entries())
      viewOf(out).setInt32((places.get(tag) ?? 0) + 8 + row * 4, Math.round((values[column] ?? 0) * 65_536))
  return out
}

/** As much of a primary below nothing as rounding, and another sRGB profile, cannot be. */
const beyond = -0.01

/** Whether colours that such primaries mix lie outside sRGB. */
export function isWide(matrix: Matrix): boolean {
  return multiply(invert(toD50(bt709)), matrix).some((row) => row.some((value) => value < beyond))
}
