import sharp from 'sharp'
import { attach } from '../metadata/attach.ts'
import { writePhotoshop } from '../metadata/iptc.ts'
import { join } from '../metadata/values.ts'

const xmpPacket = (properties: string): Uint8Array =>
  Buffer.from(
    `<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
 xmlns:Iptc4xmpCore="http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"
>${properties}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`,
  )

function iptcBlock(datasets: readonly (readonly [number: number, text: string])[]): Uint8Array | null {
  const utf8 = Uint8Array.of(0x1c, 1, 90, 0, 3, 0x1b, 0x25, 0x47)
  const parts = datasets.map(([number, text]) => {
    const value = Buffer.from(text)
    return join([Uint8Array.of(0x1c, 2, number, value.length >> 8, value.length & 255), value])
  })
  return writePhotoshop(join([utf8, ...parts]))
}

export interface Caption {
  exif?: { IFD0?: Record<string, string>; IFD2?: Record<string, string>; IFD3?: Record<string, string> }
  xmp?: string
  iptc?: readonly (readonly [number: number, text: string])[]
}

/** A small picture that says these things of itself. */
export async function captioned(
  { exif, xmp, iptc }: Caption,
  format: 'jpeg' | 'png' | 'webp' | 'avif' = 'jpeg',
): Promise<Buffer> {
  const drawn = sharp({ create: { width: 24, height: 16, channels: 3, background: '#4a7' } })
  const told = exif === undefined ? drawn : drawn.withExif(exif)
  const bare = await told.toFormat(format).toBuffer()
  const blocks = {
    exif: null,
    xmp: xmp === undefined ? null : xmpPacket(xmp),
    iptc: iptc === undefined ? null : iptcBlock(iptc),
  }
  return Buffer.from(exif === undefined || format === 'jpeg' ? attach(bare, format, blocks) : bare)
}
