import { drawing, open } from './sources.ts'

const rdf = (content: string, namespaces: string) =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" ${namespaces}>${content}</rdf:Description></rdf:RDF></x:xmpmeta>`

/**
 * A JPEG with an HDR gain map as phones write it (Ultra HDR 1.0): XMP in the picture tells of a second JPEG behind it,
 * XMP there tells how to apply it.
 */
export async function withGainMap(width: number, height: number, orientation = 1): Promise<Buffer> {
  const hdrgm = 'xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/" hdrgm:Version="1.0"'
  const map = await open(drawing(Math.round(width / 4), Math.round(height / 4), 1))
    .toColourspace('b-w')
    .withXmp(
      rdf(
        '',
        `${hdrgm} hdrgm:GainMapMin="0" hdrgm:GainMapMax="2" hdrgm:Gamma="1" hdrgm:OffsetSDR="0.015625" hdrgm:OffsetHDR="0.015625" hdrgm:HDRCapacityMin="0" hdrgm:HDRCapacityMax="2" hdrgm:BaseRenditionIsHDR="False"`,
      ),
    )
    .jpeg()
    .toBuffer()
  const item = (semantic: string, more: string) =>
    `<rdf:li rdf:parseType="Resource"><Container:Item Item:Semantic="${semantic}" Item:Mime="image/jpeg"${more}/></rdf:li>`
  const directory = `<Container:Directory><rdf:Seq>${item('Primary', '')}${item('GainMap', ` Item:Length="${map.length}"`)}</rdf:Seq></Container:Directory>`
  const spaces = `${hdrgm} xmlns:Container="http://ns.google.com/photos/1.0/container/" xmlns:Item="http://ns.google.com/photos/1.0/container/item/"`
  const base = await open(drawing(width, height, 3))
    .withXmp(rdf(directory, spaces))
    .withMetadata(orientation === 1 ? {} : { orientation })
    .jpeg({ quality: 90 })
    .toBuffer()
  const behindFirst = 4 + base.readUInt16BE(4)
  const index = pictureIndex(base.length, map.length, behindFirst)
  return Buffer.concat([base.subarray(0, behindFirst), index, base.subarray(behindFirst), map])
}

/** The MPF segment (CIPA DC-007) that says where in the file the two pictures lie. */
function pictureIndex(base: number, map: number, at: number): Buffer {
  const segment = Buffer.alloc(90)
  segment.write('ffe200584d5046004d4d002a000000080003b00000070000000430313030', 'hex')
  segment.write('b00100040000000100000002b00200070000002000000032', 30, 'hex')
  const entries = 8 + 50
  segment.writeUInt32BE(0x00030000, entries)
  segment.writeUInt32BE(base + segment.length, entries + 4)
  segment.writeUInt32BE(map, entries + 20)
  segment.writeUInt32BE(base + segment.length - (at + 8), entries + 24)
  return segment
}
