/** One box of an ISO base media file. */
function box(type: string, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(content.length + 8)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, content])
}

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')
const u16 = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 2)
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, index * 2)
  return bytes
}
const u32 = (...values: readonly number[]): Buffer => {
  const bytes = Buffer.alloc(values.length * 4)
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4)
  return bytes
}

/** The content of the first box of that type, wherever it lies. */
function contentOf(file: Buffer, type: string): Buffer {
  const at = file.indexOf(type) - 4
  return file.subarray(at + 8, at + file.readUInt32BE(at))
}

export interface Grid {
  rows: number
  columns: number
  /** Of one tile. */
  side: number
  /** Of the picture: the tiles may reach beyond it. */
  width: number
  height: number
  /** Quarter turns, anticlockwise. */
  turns?: number
}

/**
 * A HEIC as phones write it: square tiles, coded apart and laid out by a `grid` item (ISO/IEC 23008-12, 6.6.2.3). The
 * tiles come as files of one picture each, coded alike, and are taken row by row.
 */
export function heicGrid(
  tiles: readonly Buffer[],
  { rows, columns, side, width, height, turns = 0 }: Grid,
): Buffer {
  const pictures = tiles.map((tile) => contentOf(tile, 'mdat'))
  const layout = Buffer.concat([hex('00 00'), Buffer.from([rows - 1, columns - 1]), u16(width, height)])
  const items = [...pictures, layout]
  const grid = items.length
  const infe = (id: number, type: string) =>
    box('infe', hex('02 000000'), u16(id, 0), Buffer.from(`${type}\0`, 'latin1'))
  const properties = box(
    'ipco',
    box('hvcC', contentOf(tiles[0] ?? Buffer.alloc(0), 'hvcC')),
    box('ispe', u32(0, side, side)),
    box('ispe', u32(0, width, height)),
    box('irot', Buffer.from([turns])),
  )
  const owned = (id: number) => (id === grid ? Buffer.from([2, 0x83, 0x84]) : Buffer.from([2, 0x81, 0x82]))
  const associations = items.map((_, index) => Buffer.concat([u16(index + 1), owned(index + 1)]))
  const meta = (offset: number) => {
    let at = offset
    const places = items.map((item, index) => {
      const place = Buffer.concat([u16(index + 1, 0, 1), u32(at, item.length)])
      at += item.length
      return place
    })
    return box(
      'meta',
      u32(0),
      box('hdlr', u32(0, 0), Buffer.from('pict', 'latin1'), Buffer.alloc(13)),
      box('pitm', u32(0), u16(grid)),
      box('iloc', u32(0), hex('44 00'), u16(items.length), ...places),
      box(
        'iinf',
        u32(0),
        u16(items.length),
        ...items.map((_, index) => infe(index + 1, index + 1 === grid ? 'grid' : 'hvc1')),
      ),
      box('iref', u32(0), box('dimg', u16(grid, pictures.length, ...pictures.map((_, index) => index + 1)))),
      box('iprp', properties, box('ipma', u32(0, items.length), ...associations)),
    )
  }
  const type = box('ftyp', Buffer.from('heic\0\0\0\0mif1heic', 'latin1'))
  const start = type.length + meta(0).length + 8
  return Buffer.concat([type, meta(start), box('mdat', ...items)])
}
