import { damaged, type Window } from './reader.ts'

const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Bytes per value of the types of TIFF 6.0 and BigTIFF that hold numbers we read. */
const sizes: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  13: 4,
  16: 8,
  18: 8,
}

interface Entry {
  type: number
  count: number
  /** Where its values stand. */
  at: number
}

/** The order of bytes in a TIFF, and whether its offsets have 64 bits. */
export interface TiffForm {
  little: boolean
  big: boolean
}

/** Values of one entry that are read at most: offsets of strips of a picture of the largest size. */
const mostValues = 1 << 20

/** A directory of a TIFF: its entries, read as they are asked for. */
export class TiffDirectory {
  private readonly file: Window
  private readonly form: TiffForm
  private readonly entries: ReadonlyMap<number, Entry>

  /** Where the directory behind this one stands; 0 without. */
  readonly next: number

  private constructor(file: Window, form: TiffForm, entries: ReadonlyMap<number, Entry>, next: number) {
    this.next = next
    this.file = file
    this.form = form
    this.entries = entries
  }

  static async read(file: Window, form: TiffForm, at: number): Promise<TiffDirectory> {
    const { little, big } = form
    const count = big
      ? unsigned(await file.view(at, 8), 0, 8, little)
      : (await file.view(at, 2)).getUint16(0, little)
    if (count > 4096) throw damaged('The TIFF has no directory where one must be.')
    const [first, length] = big ? [at + 8, 20] : [at + 2, 12]
    const view = await file.view(first, count * length)
    const entries = new Map<number, Entry>()
    for (let index = 0; index < count; index++) {
      const from = index * length
      const type = view.getUint16(from + 2, little)
      const size = sizes[type]
      if (!size) continue
      const values = unsigned(view, from + 4, big ? 8 : 4, little)
      const room = big ? 8 : 4
      const inline = first + from + (big ? 12 : 8)
      const stands = values * size <= room ? inline : unsigned(view, from + (big ? 12 : 8), room, little)
      entries.set(view.getUint16(from, little), { type, count: values, at: stands })
    }
    const behind = await file.upTo(first + count * length, big ? 8 : 4)
    const next = behind.length === (big ? 8 : 4) ? unsigned(viewOf(behind), 0, behind.length, little) : 0
    return new TiffDirectory(file, form, entries, next)
  }

  has(tag: number): boolean {
    return this.entries.has(tag)
  }

  count(tag: number): number {
    return this.entries.get(tag)?.count ?? 0
  }

  /** All values of an entry; none for one that is absent. */
  async all(tag: number): Promise<number[]> {
    const entry = this.entries.get(tag)
    if (!entry || entry.count === 0) return []
    if (entry.count > mostValues) throw damaged('The TIFF is in too many pieces.')
    const size = sizes[entry.type] ?? 1
    const view = await this.file.view(entry.at, entry.count * size)
    return Array.from({ length: entry.count }, (_, index) =>
      unsigned(view, index * size, size, this.form.little),
    )
  }

  /** The first value of an entry. */
  async one(tag: number, absent: number): Promise<number> {
    const entry = this.entries.get(tag)
    if (!entry || entry.count === 0) return absent
    const size = sizes[entry.type] ?? 1
    return unsigned(await this.file.view(entry.at, size), 0, size, this.form.little)
  }

  /** The bytes of an entry, null without one. */
  async bytes(tag: number, most: number): Promise<Uint8Array | null> {
    const entry = this.entries.get(tag)
    if (!entry || entry.count === 0 || entry.count > most) return null
    return Uint8Array.from(await this.file.bytes(entry.at, entry.count))
  }
}

/** A whole number of 1, 2, 4 or 8 bytes. */
export function unsigned(view: DataView, at: number, size: number, little: boolean): number {
  if (size === 1) return view.getUint8(at)
  if (size === 2) return view.getUint16(at, little)
  if (size === 4) return view.getUint32(at, little)
  const [high, low] = [
    view.getUint32(at + (little ? 4 : 0), little),
    view.getUint32(at + (little ? 0 : 4), little),
  ]
  return high * 2 ** 32 + low
}
