import type { Window } from '../header/reader.ts'
import type { Range } from './gaps.ts'
import { type Entry, longestList, numbersOf } from './tiff-directories.ts'

/** Where the pixels of a page stand, and how many bytes: strips, tiles, and JPEG as TIFF 6.0 had it. */
export const pixelTags = [
  [273, 279],
  [324, 325],
  [513, 514],
] as const
/** Tables of JPEG as TIFF 6.0 had it, whose length is nowhere written. */
const tables: ReadonlySet<number> = new Set([519, 520, 521])
const [width, height, bits, compression, samples] = [256, 257, 258, 259, 277]
const [short, long] = [3, 4]

/** Where the pixels of a page are; null when the page does not say it plainly, as readers then guess. */
export async function pixelsOf(
  file: Window,
  entries: readonly Entry[],
  little: boolean,
): Promise<Range[] | null> {
  if (entries.some(({ tag }) => tables.has(tag))) return null
  const listOf = async (tag: number): Promise<number[] | null> => {
    const entry = entries.find((one) => one.tag === tag)
    if (entry === undefined) return []
    const plain = (entry.type === short || entry.type === long) && entry.size <= longestList
    return plain ? numbersOf(file, entry, little) : null
  }
  const ranges: Range[] = []
  for (const [offsets, lengths] of pixelTags) {
    const places = await listOf(offsets)
    const sizes = await listOf(lengths)
    if (places === null || sizes === null || sizes.length < places.length) return null
    for (const [index, at] of places.entries()) {
      const length = sizes[index] ?? 0
      if (at !== 0 && length === 0) return null
      ranges.push({ at, length })
    }
  }
  const first = async (tag: number, otherwise: number): Promise<number> =>
    (await listOf(tag))?.[0] ?? otherwise
  if (ranges.length !== 1 || (await first(compression, 1)) !== 1) return ranges
  // A single strip as it is may be longer than it says: readers take what the sides need
  const line = Math.ceil(((await first(width, 0)) * (await first(samples, 1)) * (await first(bits, 1))) / 8)
  return (ranges[0]?.length ?? 0) < line * (await first(height, 0)) ? null : ranges
}
