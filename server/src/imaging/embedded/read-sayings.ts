import { ascii, Window } from '../header/reader.ts'
import type { ByteReader } from '../types.ts'

/** In a JPEG all that is said stands before the pixels; in the others it may stand anywhere. */
const jpegHead = 4 * 2 ** 20
const longestRead = 64 * 2 ** 20
/** Enough for what is said, and a bound for files that are made of nothing else. */
const longestSaid = 8 * 2 ** 20
const page = 2 ** 20
/** libpng writes pixels 8 KiB at a time: as many as are read have an eighth of that. */
const mostChunks = 2 ** 16

/** The bytes of a file, or its first, in which its metadata may stand, as `readMetadata` takes them. */
export async function readSayings(file: ByteReader): Promise<Uint8Array> {
  const head = await file.read(0, 8)
  if (head[0] === 0xff && head[1] === 0xd8) return file.read(0, jpegHead)
  return ascii(head, 1, 3) === 'PNG' ? pngWithoutPixels(file) : file.read(0, longestRead)
}

/**
 * A PNG without its pixels, which are most of it: a file of 200 MB was read 64 MiB at once, a third of the time and of the memory that its
 * upload took.
 */
async function pngWithoutPixels(file: ByteReader): Promise<Uint8Array> {
  const window = new Window(file, page)
  const kept: Uint8Array[] = [await window.upTo(0, 8)]
  const most = Math.min(file.size, longestRead)
  let [at, left] = [8, longestSaid]
  for (let chunk = 0; chunk < mostChunks && at < most; chunk += 1) {
    const head = await window.upTo(at, 8)
    if (head.length < 8) break
    const length = new DataView(head.buffer, head.byteOffset).getUint32(0)
    const name = ascii(head, 4, 4)
    if (name !== 'IDAT' && name !== 'fdAT') {
      left -= length
      if (left < 0) break
      // Its own bytes: a part of a page would keep the whole of it.
      kept.push(Buffer.from(await window.upTo(at, 12 + length)))
    }
    if (name === 'IEND') break
    at += 12 + length
  }
  return Buffer.concat(kept)
}
