import type { Window } from '../header/reader.ts'
import type { Patch } from '../types.ts'
import { scanned, zeros } from './patches.ts'

export interface Range {
  at: number
  length: number
}

/** What lies between `start` and `end` outside of all ranges, in order. */
export function gapsBetween(ranges: readonly Range[], start: number, end: number): Range[] {
  const gaps: Range[] = []
  let at = start
  for (const range of [...ranges].sort((left, right) => left.at - right.at)) {
    if (range.length <= 0 || range.at >= end) continue
    if (range.at > at) gaps.push({ at, length: range.at - at })
    at = Math.max(at, range.at + range.length)
  }
  if (at < end) gaps.push({ at, length: end - at })
  return gaps
}

/** Clears what nothing refers to; short gaps that are empty already, as between strips, need no patch. */
export async function clearGaps(
  file: Window,
  ranges: readonly Range[],
  { start, end }: { start: number; end: number },
): Promise<Patch[]> {
  const patches: Patch[] = []
  for (const { at, length } of gapsBetween(ranges, start, end)) {
    const full = length > scanned || (await file.upTo(at, length)).some((byte) => byte !== 0)
    if (full) patches.push(...zeros(at, length))
  }
  return patches
}
