import { damaged, type Window } from './reader.ts'

/** Where an end marker usually stands; behind it phones append films and further pictures. */
const tail = 65_536

/**
 * Refuses a picture whose end marker stands nowhere from `from` on: it breaks off and would fail to decode. One read
 * for a plain file, the whole walk only for one with more behind its end.
 */
export async function refuseWithoutEnd(
  file: Window,
  from: number,
  marker: Buffer,
  detail: string,
): Promise<void> {
  const near = Math.max(from, file.size - tail)
  for (const start of near === from ? [from] : [near, from]) {
    for (let at = start; at < file.size; at += tail) {
      // A little more than the step: the marker may lie across it.
      const part = await file.upTo(at, tail + marker.length - 1)
      if (Buffer.from(part.buffer, part.byteOffset, part.length).includes(marker)) return
      if (start === near && near !== from) break
    }
  }
  throw damaged(detail)
}
