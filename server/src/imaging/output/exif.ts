/** Who made a picture and who owns it. */
export interface Rights {
  artist?: string
  copyright?: string
}

const tags: Readonly<Record<number, keyof Rights>> = { 315: 'artist', 33432: 'copyright' }
/** Characters of a right that are kept. */
const longest = 1000

/**
 * Artist and copyright from an EXIF block as sharp gives it (with or without `Exif\0\0`). Anything unreadable is
 * left away: a damaged block must not cost the picture.
 */
export function exifRights(exif: Uint8Array): Rights {
  const start = exif[0] === 0x45 && exif[1] === 0x78 ? 6 : 0
  const view = new DataView(exif.buffer, exif.byteOffset + start, Math.max(0, exif.byteLength - start))
  const rights: Rights = {}
  if (view.byteLength < 14) return rights
  const little = view.getUint16(0) === 0x4949
  const directory = view.getUint32(4, little)
  if (directory + 2 > view.byteLength) return rights
  const entries = view.getUint16(directory, little)
  for (let index = 0; index < entries; index++) {
    const at = directory + 2 + index * 12
    if (at + 12 > view.byteLength) break
    const name = tags[view.getUint16(at, little)]
    if (!name || view.getUint16(at + 2, little) !== 2) continue
    const length = view.getUint32(at + 4, little)
    const offset = length <= 4 ? at + 8 : view.getUint32(at + 8, little)
    if (offset + length > view.byteLength) continue
    const bytes = new Uint8Array(view.buffer, view.byteOffset + offset, Math.min(length, 4 * longest))
    keep(rights, name, new TextDecoder('utf-8').decode(bytes))
  }
  return rights
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** The same from XMP (`dc:creator`, `dc:rights`), which is where photo agencies write them. */
export function xmpRights(xmp: string): Rights {
  const rights: Rights = {}
  for (const [tag, name] of [
    ['creator', 'artist'],
    ['rights', 'copyright'],
  ] as const) {
    const block = xmp
      .slice(0, 262_144)
      .match(new RegExp(`<dc:${tag}\\b[^>]{0,200}>([\\s\\S]{0,4000}?)</dc:${tag}>`))?.[1]
    const items = [...(block ?? '').matchAll(/<rdf:li\b[^>]{0,200}>([^<]{1,2000})<\/rdf:li>/g)].map(
      (item) => item[1] ?? '',
    )
    keep(
      rights,
      name,
      items.join('; ').replace(/&(amp|lt|gt|quot|apos);/g, (_, entity: string) => entities[entity] ?? ''),
    )
  }
  return rights
}

export function hasRights({ artist, copyright }: Rights): boolean {
  return artist !== undefined || copyright !== undefined
}

/** `Exif\0\0` and a TIFF structure with nothing but the rights. */
export function writeExif({ artist, copyright }: Rights): Uint8Array {
  const entries = [
    [0x013b, artist],
    [0x8298, copyright],
  ] as const
  const given = entries.flatMap(([tag, text]) =>
    text === undefined ? [] : [{ tag, bytes: terminated(text) }],
  )
  const texts = 10 + given.length * 12 + 4
  const block = new Uint8Array(6 + texts + given.reduce((sum, { bytes }) => sum + bytes.length, 0))
  block.set([0x45, 0x78, 0x69, 0x66, 0, 0, 0x4d, 0x4d, 0, 0x2a])
  const view = new DataView(block.buffer, 6)
  view.setUint32(4, 8)
  view.setUint16(8, given.length)
  let offset = texts
  for (const [index, { tag, bytes }] of given.entries()) {
    const at = 10 + index * 12
    view.setUint16(at, tag)
    view.setUint16(at + 2, 2)
    view.setUint32(at + 4, bytes.length)
    view.setUint32(at + 8, offset)
    block.set(bytes, 6 + offset)
    offset += bytes.length
  }
  return block
}

/** UTF-8 with a final NUL, and never so short that it would stand in the entry itself. */
function terminated(text: string): Uint8Array {
  return new TextEncoder().encode(`${text.padEnd(4, ' ')}\0`)
}

function keep(rights: Rights, name: keyof Rights, text: string): void {
  const clean = text
    .replace(/\0+$/, '')
    .replace(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, longest)
  if (clean && rights[name] === undefined) rights[name] = clean
}
