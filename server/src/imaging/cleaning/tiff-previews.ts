import type { Window } from '../header/reader.ts'
import type { Patch } from '../types.ts'
import { zeros } from './patches.ts'
import { type Entry, mostDirectories, numbersOf, readDirectory } from './tiff-directories.ts'
import { pixelTags } from './tiff-pixels.ts'

const [newSubfileType, oldSubfileType, subfiles] = [254, 255, 330]

/**
 * Where the next page is, behind those that are smaller pictures of others: previews, which may show what another
 * program cut away; and what clears them. `pages` are those that stay. null when they cannot be understood.
 */
export async function behindPreviews(
  file: Window,
  start: number,
  little: boolean,
  pages: ReadonlySet<number>,
): Promise<{ next: number; patches: Patch[] } | null> {
  const patches: Patch[] = []
  let at = start
  for (let page = 0; page < mostDirectories; page++) {
    const read = at === 0 || pages.has(at) ? null : await readDirectory(file, at, little)
    if (read === null || !isPreview(read.entries, little)) return { next: at, patches }
    const cleared = await clearPage(file, at, read.entries, little)
    patches.push(...cleared.patches)
    const below = await clearPages(file, cleared.below, little, pages)
    if (below === null) return null
    patches.push(...below)
    at = read.next
  }
  return null
}

/** NewSubfileType with its first bit, or the older one that says "reduced". */
const isPreview = (entries: readonly Entry[], little: boolean): boolean =>
  entries.some(({ tag, type, bytes, first }) => {
    const value = type === 3 ? ((little ? bytes[8] : bytes[9]) ?? 0) : first
    return (tag === newSubfileType && (value & 1) === 1) || (tag === oldSubfileType && value === 2)
  })

/** Pages that hang below another one or behind each other, with all they hold; null when there is no end of them. */
export async function clearPages(
  file: Window,
  starts: readonly number[],
  little: boolean,
  pages: ReadonlySet<number>,
): Promise<Patch[] | null> {
  const patches: Patch[] = []
  const waiting = [...starts]
  const seen = new Set<number>([0, ...pages])
  for (let at = waiting.shift(); at !== undefined; at = waiting.shift()) {
    if (seen.has(at)) continue
    if (seen.size > mostDirectories + pages.size) return null
    seen.add(at)
    const read = await readDirectory(file, at, little)
    if (read === null) return null
    const cleared = await clearPage(file, at, read.entries, little)
    patches.push(...cleared.patches)
    waiting.push(...cleared.below, read.next)
  }
  return patches
}

async function clearPage(
  file: Window,
  at: number,
  entries: readonly Entry[],
  little: boolean,
): Promise<{ patches: Patch[]; below: number[] }> {
  const patches = within(file, at, 2 + entries.length * 12 + 4)
  const below: number[] = []
  const listOf = async (tag: number): Promise<number[]> => {
    const entry = entries.find((one) => one.tag === tag)
    return entry === undefined ? [] : numbersOf(file, entry, little)
  }
  for (const [offsets, lengths] of pixelTags) {
    const sizes = await listOf(lengths)
    for (const [index, place] of (await listOf(offsets)).entries())
      patches.push(...within(file, place, sizes[index] ?? 0))
  }
  for (const { value } of entries) patches.push(...zeros(value.at, value.length))
  below.push(...(await listOf(subfiles)))
  return { patches, below }
}

const within = (file: Window, at: number, length: number): Patch[] =>
  at >= file.size ? [] : zeros(at, Math.min(length, file.size - at))
