/** One file of an archive. */
export interface ZipFile {
  name: string
  blob: Blob
  /** When it was made. */
  at: Date
}

/** What a ZIP without its 64-bit extension holds, of four gigabytes together. */
export const mostZipFiles = 2 ** 16 - 1

const crcTable = Uint32Array.from({ length: 256 }, (_, n) => {
  let crc = n
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
  return crc
})

export function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) crc = (crc >>> 8) ^ (crcTable[(crc ^ byte) & 0xff] ?? 0)
  return (crc ^ 0xffffffff) >>> 0
}

/**
 * Files as one ZIP, each as it is: pictures are compressed already. One file at a time is in memory, the rest lies where the browser keeps
 * its blobs.
 */
export async function zipOf(files: AsyncIterable<ZipFile>): Promise<Blob> {
  const parts: BlobPart[] = []
  const directory: BlobPart[] = []
  const taken = new Set<string>()
  let [at, directoryBytes, count] = [0, 0, 0]
  for await (const { name, blob, at: made } of files) {
    const path = new TextEncoder().encode(unlike(taken, name))
    const crc = crc32(new Uint8Array(await blob.arrayBuffer()))
    const about = fields(
      [2, 20],
      [2, utf8],
      [2, stored],
      ...clockOf(made),
      [4, crc],
      [4, blob.size],
      [4, blob.size],
    )
    const local = [fields([4, 0x04034b50]), about, fields([2, path.length], [2, 0]), path]
    const central = [
      fields([4, 0x02014b50], [2, 20]),
      about,
      fields([2, path.length], [2, 0], [2, 0], [2, 0], [2, 0], [4, 0], [4, at]),
      path,
    ]
    parts.push(...local, blob)
    directory.push(...central)
    at += bytesOf(local) + blob.size
    directoryBytes += bytesOf(central)
    count += 1
  }
  const end = fields(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, count],
    [2, count],
    [4, directoryBytes],
    [4, at],
    [2, 0],
  )
  return new Blob([...parts, ...directory, end], { type: 'application/zip' })
}

const utf8 = 0x0800
const stored = 0

/** Numbers of so many bytes each, the low ones in front. */
function fields(...values: readonly (readonly [bytes: number, value: number])[]): Uint8Array<ArrayBuffer> {
  const bytes = values.flatMap(([length, value]) =>
    Array.from({ length }, (_, n) => Math.floor(value / 256 ** n) % 256),
  )
  return Uint8Array.from(bytes)
}

const bytesOf = (arrays: readonly Uint8Array[]): number => arrays.reduce((sum, { length }) => sum + length, 0)

/** In two seconds from 1980 on, as MS-DOS had it. */
function clockOf(date: Date): [number, number][] {
  const year = Math.min(127, Math.max(0, date.getFullYear() - 1980))
  return [
    [2, date.getHours() * 2048 + date.getMinutes() * 32 + Math.floor(date.getSeconds() / 2)],
    [2, year * 512 + (date.getMonth() + 1) * 32 + date.getDate()],
  ]
}

/** Names come twice, and paths have no place in one. */
function unlike(taken: Set<string>, name: string): string {
  const plain = name.replace(/[/\\:]/g, '_') || 'photo'
  const [, stem = plain, extension = ''] = /^(.+?)(\.[^.]{1,5})?$/s.exec(plain) ?? []
  let path = plain
  for (let n = 2; taken.has(path.toLowerCase()); n += 1) path = `${stem} (${n})${extension}`
  taken.add(path.toLowerCase())
  return path
}
