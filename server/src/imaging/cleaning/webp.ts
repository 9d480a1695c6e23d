import { ascii, type Window } from '../header/reader.ts'
import { viewOf } from '../metadata/values.ts'
import type { Patch } from '../types.ts'
import { exifPatches, xmpPatches } from './blocks.ts'
import { longestBlock, zeros } from './patches.ts'

const kept: ReadonlySet<string> = new Set(['VP8X', 'ICCP', 'ANIM', 'ANMF', 'ALPH', 'VP8L', 'VP8 '])
const mostChunks = 100_000

export async function cleanWebp(file: Window): Promise<Patch[] | null> {
  const patches: Patch[] = []
  const size = Math.min(file.size, 8 + (await file.view(4, 4)).getUint32(0, true))
  let at = 12
  for (let chunk = 0; at + 8 <= size; chunk++) {
    if (chunk > mostChunks) return null
    const head = await file.bytes(at, 8)
    const length = Math.min(viewOf(head).getUint32(4, true), size - at - 8)
    const type = ascii(head, 0, 4)
    const inside = at + 8
    const content = kept.has(type) || length > longestBlock ? null : await file.bytes(inside, length)
    if (type === 'EXIF' && content !== null) patches.push(...exifPatches(inside, Uint8Array.from(content)))
    else if (type === 'XMP ' && content !== null)
      patches.push(...xmpPatches(inside, Uint8Array.from(content)))
    else if (!kept.has(type)) patches.push(...zeros(inside, length))
    at = inside + length + (length & 1)
  }
  return [...patches, ...zeros(size, file.size - size)]
}
