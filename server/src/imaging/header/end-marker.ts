import type { Window } from './reader.ts'

/** Where an end marker usually stands; behind it phones append films and further pictures. */
const tail = 65_536

/**
 * Whether the end marker stands anywhere from `from` on: a picture without it breaks off. One read for a plain file,
 * the whole walk only for one with more behind its end.
 */
export async function endsWith(file: Window, from: number, marker: Buffer): Promise<boolean> {
  const near = Math.max(from, file.size - tail)
  for (const start of near === from ? [from] : [near, from]) {
    for (let at = start; at < file.size; at += tail) {
      // A little more than the step: the marker may lie across it.
      const part = await file.upTo(at, tail + marker.length - 1)
      if (Buffer.from(part.buffer, part.byteOffset, part.length).includes(marker)) return true
      if (start === near && near !== from) break
    }
  }
  return false
}
