import { ascii, type Window } from './reader.ts'

/** A box of an ISO base media file (ISO/IEC 14496-12): its head from `at`, its content from `start` to `end`. */
export interface Box {
  type: string
  at: number
  start: number
  end: number
}

/** The box at a place, null where what stands there is shorter than its head or longer than what it lies in. */
export async function readBox(file: Window, at: number, end: number): Promise<Box | null> {
  const view = await file.view(at, 8)
  const type = ascii(await file.bytes(at + 4, 4), 0, 4)
  let [size, head] = [view.getUint32(0), 8]
  if (size === 1) {
    const large = await file.view(at + 8, 8)
    size = large.getUint32(0) * 2 ** 32 + large.getUint32(4)
    head = 16
  }
  if (size === 0) size = end - at
  return size < head || at + size > end ? null : { type, at, start: at + head, end: at + size }
}
