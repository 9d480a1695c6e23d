import { ascii, type Window } from '../header/reader.ts'
import { crc32 } from '../metadata/crc32.ts'
import { bytesOf, join, latin1, viewOf } from '../metadata/values.ts'
import type { Patch } from '../types.ts'
import { exifPatches, xmpPatches } from './blocks.ts'
import { applyPatches, longestBlock, mostPatches, zeros } from './patches.ts'

/** What decoding and colours need, and how long each may be at most (PNG, sections 11.2 and 11.3): no more is looked at. */
const kept: ReadonlyMap<string, number> = new Map([
  ['IHDR', 13],
  ['PLTE', 768],
  ['IDAT', Number.POSITIVE_INFINITY],
  ['IEND', 0],
  ['tRNS', 256],
  ['bKGD', 6],
  ['sBIT', 4],
  ['gAMA', 4],
  ['cHRM', 32],
  ['sRGB', 1],
  ['iCCP', Number.POSITIVE_INFINITY],
  ['cICP', 4],
  ['mDCV', 24],
  ['cLLI', 8],
  ['pHYs', 9],
  ['acTL', 8],
  ['fcTL', 26],
  ['fdAT', Number.POSITIVE_INFINITY],
])
/** Keywords of texts that tell of the picture and its author (PNG, section 11.3.3.2). */
const keptTexts = /^(Title|Author|Description|Copyright|Creation Time|Software|Disclaimer|Warning|Source)\0/
const xmpText = 'XML:com.adobe.xmp\0\0\0'
/** An ancillary chunk of nobody: readers pass it by. */
const nobody = 'voId'
const mostChunks = 1_000_000

/** Chunks by their names. A checksum follows each that is changed. */
export async function cleanPng(file: Window): Promise<Patch[] | null> {
  const patches: Patch[] = []
  let at = 8
  for (let chunk = 0; chunk < mostChunks; chunk++) {
    if (patches.length > mostPatches) return null
    const head = await file.upTo(at, 8)
    if (head.length < 8) return patches
    const length = viewOf(head).getUint32(0)
    const type = ascii(head, 4, 4)
    const inside = at + 8
    const end = inside + length + 4
    if (end > file.size) return [...patches, ...zeros(at, file.size - at)]
    if (length > (kept.get(type) ?? -1)) patches.push(...(await cleanChunk(file, type, inside, length)))
    if (type === 'IEND') return [...patches, ...zeros(end, file.size - end)]
    at = end
  }
  return null
}

async function cleanChunk(file: Window, type: string, inside: number, length: number): Promise<Patch[]> {
  const content = length > longestBlock ? null : Uint8Array.from(await file.bytes(inside, length))
  if (content !== null) {
    if (type === 'tEXt' && keptTexts.test(latin1(content.subarray(0, 40)))) return []
    const changed =
      type === 'eXIf'
        ? exifPatches(0, content)
        : type === 'iTXt' && latin1(content).startsWith(xmpText)
          ? xmpPatches(behindTexts(content), content.subarray(behindTexts(content)))
          : null
    if (changed !== null) {
      if (changed.length === 0) return []
      applyPatches(content, changed)
      return [{ at: inside, data: join([content, sum(crc32(join([bytesOf(type), content])))]) }]
    }
  }
  return [
    { at: inside - 4, data: bytesOf(nobody) },
    ...zeros(inside, length),
    { at: inside + length, data: sum(await crcOfZeros(length)) },
  ]
}

/** Behind keyword, flags, language and translated keyword. */
function behindTexts(content: Uint8Array): number {
  const language = content.indexOf(0, xmpText.length)
  const translated = content.indexOf(0, language + 1)
  return language === -1 || translated === -1 ? content.length : translated + 1
}

function sum(value: number): Uint8Array {
  const out = new Uint8Array(4)
  viewOf(out).setUint32(0, value)
  return out
}

const nothing = new Uint8Array(1 << 16)

async function crcOfZeros(length: number): Promise<number> {
  let value = crc32(bytesOf(nobody))
  for (let left = length; left > 0; left -= nothing.length) {
    value = crc32(nothing.subarray(0, Math.min(left, nothing.length)), value)
    // Others are served meanwhile
    await Promise.resolve()
  }
  return value
}
