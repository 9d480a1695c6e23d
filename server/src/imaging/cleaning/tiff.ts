import { readRaw } from '../header/raw-preview.ts'
import type { Window } from '../header/reader.ts'
import { isCanonRaw } from '../header/sniff.ts'
import { TiffDirectory } from '../header/tiff-directory.ts'
import { fits } from '../metadata/exif.ts'
import { type DirectoryName, knownTags, pointers } from '../metadata/tags.ts'
import { longestText, viewOf } from '../metadata/values.ts'
import type { Patch } from '../types.ts'
import { iptcPatches, photoshopPatches, xmpPatches } from './blocks.ts'
import { clearGaps, type Range } from './gaps.ts'
import { longestBlock, zeros } from './patches.ts'
import { bytesOfValue, type Entry, mostDirectories, numbersOf, readDirectory } from './tiff-directories.ts'
import { pixelsOf } from './tiff-pixels.ts'
import { behindPreviews, clearPages } from './tiff-previews.ts'

const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index)

/** Baseline and extended TIFF 6.0, its supplements, profiles, and JPEG inside: what decoding needs. */
const structure: ReadonlySet<number> = new Set([
  ...range(254, 259),
  262,
  263,
  264,
  265,
  266,
  273,
  274,
  ...range(277, 284),
  286,
  287,
  288,
  289,
  290,
  291,
  292,
  293,
  296,
  297,
  301,
  ...range(317, 325),
  328,
  332,
  334,
  336,
  ...range(338, 347),
  ...range(512, 521),
  529,
  530,
  531,
  532,
  559,
  32997,
  34675,
])
const [subfiles, xmp, iptc, photoshop] = [330, 700, 33723, 34377]

/**
 * Each page, with entries of other tags left out and their values cleared. A TIFF's own directory is a list of
 * what is where in the file, so nothing moves. Smaller pictures of others are cleared, and the chain of pages leads
 * past them. What none of it refers to, an older directory or what stands behind, is cleared too.
 */
export async function cleanTiff(file: Window): Promise<Patch[] | null> {
  const head = await file.view(0, 8)
  const little = head.getUint16(0) === 0x4949
  if (head.getUint16(2, little) !== 42 || (await isRawFile(file, little))) return null
  const patches: Patch[] = []
  const used: Range[] = [{ at: 0, length: 8 }]
  const waiting: { name: DirectoryName; at: number }[] = [{ name: 'image', at: head.getUint32(4, little) }]
  const seen = new Set<number>()
  for (let one = waiting.shift(); one !== undefined; one = waiting.shift()) {
    if (one.at === 0 || seen.has(one.at)) continue
    if (seen.size >= mostDirectories) return null
    seen.add(one.at)
    const read = await readDirectory(file, one.at, little)
    if (read === null) return null
    const next = one.name === 'image' ? await behindPreviews(file, read.next, little, seen) : read
    if (next === null) return null
    if ('patches' in next) patches.push(...next.patches)
    if (one.name === 'image') waiting.push({ name: 'image', at: next.next })
    const kept: Entry[] = []
    for (const entry of read.entries) {
      const { name } = one
      if (name === 'image' && entry.tag === subfiles) {
        const cleared = await clearPages(file, await numbersOf(file, entry, little), little, seen)
        if (cleared === null) return null
        patches.push(...cleared, ...zeros(entry.value.at, entry.value.length))
      } else if (name === 'image' && entry.tag === pointers.exif) {
        waiting.push({ name: 'exif', at: entry.first })
        kept.push(entry)
      } else if (name === 'exif' && entry.tag === pointers.interop) {
        waiting.push({ name: 'interop', at: entry.first })
        kept.push(entry)
      } else if (name === 'image' && entry.tag === pointers.gps) {
        patches.push(...(await clearDirectory(file, entry.first, little)))
      } else if (name === 'image' && [xmp, iptc, photoshop].includes(entry.tag)) {
        patches.push(...(await cleanBlock(file, entry)))
        kept.push(entry)
      } else if (await isKept(file, name, entry)) kept.push(entry)
      else patches.push(...zeros(entry.value.at, entry.value.length))
    }
    used.push({ at: one.at, length: 2 + read.entries.length * 12 + 4 }, ...kept.map(({ value }) => value))
    if (one.name === 'image') {
      const pixels = await pixelsOf(file, kept, little)
      if (pixels === null) return null
      used.push(...pixels)
    }
    if (kept.length < read.entries.length || next.next !== read.next)
      patches.push(rewritten(one.at, kept, { entries: read.entries, next: next.next }, little))
  }
  return [...patches, ...(await clearGaps(file, used, { start: 0, end: file.size }))]
}

/** What its sensor saw lies where other TIFFs keep previews: nothing of a raw file is cleared. */
async function isRawFile(file: Window, little: boolean): Promise<boolean> {
  const form = { little, big: false }
  const at = (await file.view(4, 4)).getUint32(0, little)
  const first = await TiffDirectory.read(file, form, at).catch(() => null)
  return first !== null && (await readRaw(file, form, first, isCanonRaw(await file.upTo(0, 12)))) !== null
}

async function isKept(file: Window, name: DirectoryName, entry: Entry): Promise<boolean> {
  if (name === 'image' && structure.has(entry.tag)) return true
  const rule = knownTags[name].get(entry.tag)
  if (rule?.subject !== 'picture' || entry.value.length > longestText) return false
  return fits({ type: entry.type, value: await bytesOfValue(file, entry, longestText) }, rule)
}

async function cleanBlock(file: Window, { tag, value }: Entry): Promise<Patch[]> {
  if (value.length > longestBlock) return zeros(value.at, value.length)
  const block = Uint8Array.from(await file.upTo(value.at, value.length))
  if (tag === xmp) return xmpPatches(value.at, block)
  return tag === iptc ? iptcPatches(value.at, block) : photoshopPatches(value.at, block)
}

/** A directory of places, with all its values. */
async function clearDirectory(file: Window, at: number, little: boolean): Promise<Patch[]> {
  const read = at === 0 || at + 2 > file.size ? null : await readDirectory(file, at, little).catch(() => null)
  if (read === null) return []
  const values = read.entries.flatMap(({ value }) => zeros(value.at, value.length))
  return [...values, ...zeros(at, 2 + read.entries.length * 12)]
}

/** The directory with fewer entries, at the same place. */
function rewritten(
  at: number,
  kept: readonly Entry[],
  { entries, next }: { entries: readonly Entry[]; next: number },
  little: boolean,
): Patch {
  const data = new Uint8Array(2 + entries.length * 12 + 4)
  const view = viewOf(data)
  view.setUint16(0, kept.length, little)
  for (const [index, { bytes }] of kept.entries()) data.set(bytes, 2 + index * 12)
  view.setUint32(2 + kept.length * 12, next, little)
  return { at, data }
}
