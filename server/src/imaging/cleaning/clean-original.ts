import { isFailure } from '@rendition/contract'
import { Window } from '../header/reader.ts'
import { sniff, sniffLength } from '../header/sniff.ts'
import type { ByteReader, Patch, SourceFormat } from '../types.ts'
import { cleanGif } from './gif.ts'
import { cleanIsobmff } from './isobmff.ts'
import { cleanJpeg } from './jpeg.ts'
import { mostPatches } from './patches.ts'
import { cleanPng } from './png.ts'
import { cleanTiff } from './tiff.ts'
import { cleanWebp } from './webp.ts'

const cleaners: Readonly<Record<SourceFormat, (file: Window) => Promise<Patch[] | null>>> = {
  jpeg: cleanJpeg,
  png: cleanPng,
  webp: cleanWebp,
  gif: cleanGif,
  tiff: cleanTiff,
  avif: cleanIsobmff,
  heic: cleanIsobmff,
}

/** All data of a file's patches together: beyond it a file is no photo with some metadata. */
const mostData = 1 << 23
const page = 1 << 18
/** Less than a second; a photo takes some hundreds, a PNG of 100 MB in usual chunks some ten thousand. */
const steps = 250_000
/** So that a file of any length may be read twice. */
const stepsOfPages = 256

/**
 * What an original must be overwritten with so that a stranger may have it: no place, no serial number, nothing that
 * nobody knows; pixels, colours and length stay. By place in the file, never over each other; none when there is
 * nothing to hide. null when the file cannot be understood well enough to say so.
 *
 * Reads the file about once from start to end, a page at a time, in a bounded number of steps: a file made of
 * millions of pieces of nothing would keep those of others waiting.
 */
export async function cleanOriginal(reader: ByteReader): Promise<Patch[] | null> {
  const file = new Window(reader, page, steps + (reader.size / page) * stepsOfPages)
  const format = sniff(await file.upTo(0, sniffLength))
  if (format === null) return null
  try {
    const patches = await cleaners[format](file)
    if (patches === null || patches.length > mostPatches) return null
    const data = patches.reduce((sum, patch) => sum + ('data' in patch ? patch.data.length : 0), 0)
    return data > mostData ? null : inOrder(patches)
  } catch (error) {
    if (error instanceof RangeError || isFailure(error, 'undecodable')) return null
    throw error
  }
}

const lengthOf = (patch: Patch): number => ('data' in patch ? patch.data.length : patch.length)

/** By place; of two over each other the later one counts for what the first has not. */
function inOrder(patches: readonly Patch[]): Patch[] {
  const sorted = [...patches].sort((left, right) => left.at - right.at)
  const out: Patch[] = []
  let end = 0
  for (const patch of sorted) {
    const skipped = Math.max(0, end - patch.at)
    if (skipped >= lengthOf(patch)) continue
    const at = patch.at + skipped
    out.push(
      'data' in patch
        ? { at, data: patch.data.subarray(skipped) }
        : { at, length: patch.length - skipped, fill: patch.fill },
    )
    end = patch.at + lengthOf(patch)
  }
  return out
}
