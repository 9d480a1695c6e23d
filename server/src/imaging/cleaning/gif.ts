import { ascii, type Window } from '../header/reader.ts'
import type { Patch } from '../types.ts'
import { xmpPatches } from './blocks.ts'
import { longestBlock, mostPatches, scanned, spaces, zeros } from './patches.ts'

const looping = /^(NETSCAPE2\.0|ANIMEXTS1\.0|ICCRGBG1012)$/
/** XMP stands in a GIF as it is, and 258 bytes behind it lead every reader to the end (XMP specification, part 3). */
const landing = 258
/** Comments become spaces, blocks of applications but loops, profiles and XMP zeros; the blocks themselves stay. */
export async function cleanGif(file: Window): Promise<Patch[] | null> {
  const patches: Patch[] = []
  const table = (packed: number) => (packed & 0x80 ? 3 << ((packed & 7) + 1) : 0)
  let at = 13 + table((await file.bytes(10, 1))[0] ?? 0)
  for (;;) {
    if (patches.length > mostPatches) return null
    const [kind, label] = await file.upTo(at, 2)
    if (kind === undefined) return patches
    if (kind === 0x2c) {
      const packed = (await file.bytes(at + 9, 1))[0] ?? 0
      at = (await chain(file, at + 11 + table(packed))).end
    } else if (kind === 0x21) {
      const { end, parts } = await chain(file, at + 2)
      const id = label === 0xff ? ascii(await file.upTo(at + 3, 11), 0, 11) : ''
      if (label === 0xfe) for (const part of parts) patches.push(...spaces(part.at, part.length))
      else if (id === 'XMP DataXMP') patches.push(...(await cleanXmp(file, at + 14, end)))
      else if (label !== 0xf9 && label !== 0x01 && !looping.test(id))
        for (const part of parts.slice(label === 0xff ? 1 : 0)) patches.push(...zeros(part.at, part.length))
      at = end
    } else if (kind === 0x3b) return [...patches, ...zeros(at + 1, file.size - at - 1)]
    else return [...patches, ...zeros(at, file.size - at)]
  }
}

interface Part {
  at: number
  length: number
}

/** Sub-blocks from `at` to the empty one, a page at a time: they may be of a byte each. */
async function chain(file: Window, at: number): Promise<{ end: number; parts: Part[] }> {
  const parts: Part[] = []
  let offset = at
  while (offset < file.size) {
    const page = await file.upTo(offset, scanned)
    if (page.length === 0) break
    const start = offset
    while (offset - start < page.length) {
      const length = page[offset - start] ?? 0
      if (length === 0) return { end: offset + 1, parts }
      // Pixels have many of them, and are not looked at
      if (parts.length <= mostPatches)
        parts.push({ at: offset + 1, length: Math.min(length, file.size - offset - 1) })
      offset += 1 + length
    }
  }
  return { end: file.size, parts }
}

async function cleanXmp(file: Window, start: number, end: number): Promise<Patch[]> {
  const length = end - start - landing
  if (length <= 0 || length > longestBlock) {
    const { parts } = await chain(file, start)
    return parts.flatMap((part) => zeros(part.at, part.length))
  }
  return xmpPatches(start, Uint8Array.from(await file.bytes(start, length)))
}
