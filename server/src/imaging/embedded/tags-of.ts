import { DOMParser, onErrorStopParsing } from '@xmldom/xmldom'
import ExifReader from 'exifreader'
import { longestPacket } from '../metadata/values.ts'

/** A tag as the library gives it; nothing of it is believed. */
export interface Tag {
  value?: unknown
  description?: unknown
}
export type Tags = Readonly<Record<string, Tag | undefined>>

export interface FoundTags {
  exif: Tags
  xmp: Tags
  iptc: Tags
  gps: Readonly<Record<string, unknown>>
}

const none: FoundTags = { exif: {}, xmp: {}, iptc: {}, gps: {} }

/** The blocks of a file, as sharp gives them. */
export interface FoundBlocks {
  /** With or without `Exif\0\0`. */
  exif?: Uint8Array | undefined
  xmp?: Uint8Array | undefined
  /** With or without `Photoshop 3.0\0`. */
  iptc?: Uint8Array | undefined
}

/** The same from blocks that were taken out of a file: each stands by itself, so that damage to one costs no other. */
export function tagsOfBlocks({ exif, xmp, iptc }: FoundBlocks): FoundTags {
  const packet = xmp && xmp.length <= longestPacket ? tagsOf(packetOf(xmp)).xmp : {}
  const { gps, ...found } = exif ? tagsOf(jpegWith(0xe1, 'Exif\0\0', exif)) : none
  return {
    exif: found.exif,
    xmp: packet,
    iptc: iptc ? tagsOf(jpegWith(0xed, 'Photoshop 3.0\0', iptc)).iptc : {},
    gps,
  }
}

/** The library knows a packet by the instruction that most begin with. */
function packetOf(xmp: Uint8Array): Uint8Array {
  const packet = Buffer.from(xmp.buffer, xmp.byteOffset, xmp.byteLength)
  const begin = '<?xpacket begin'
  return packet.toString('latin1', 0, begin.length) === begin
    ? packet
    : Buffer.concat([Buffer.from(`${begin}="" id="W5M0MpCehiHzreSzNTczkc9d"?>`), packet])
}

/** A JPEG that is nothing but this segment; empty where the block is longer than a segment. */
function jpegWith(marker: number, signature: string, block: Uint8Array): Uint8Array {
  const signed = Buffer.from(block.buffer, block.byteOffset, block.byteLength)
  const content =
    signed.toString('latin1', 0, signature.length) === signature
      ? signed
      : Buffer.concat([Buffer.from(signature, 'latin1'), signed])
  const length = Buffer.alloc(2)
  if (content.length + 2 > 0xffff) return new Uint8Array(0)
  length.writeUInt16BE(content.length + 2)
  return Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, marker]), length, content, Buffer.from([0xff, 0xd9])])
}

/**
 * What the library finds in a file, or its first bytes. Previews, profiles and notes of makers are left alone, and so is
 * what is compressed: it would be unpacked to whatever size it likes. Empty for a file that it cannot read.
 */
export function tagsOf(file: Uint8Array): FoundTags {
  try {
    const found = ExifReader.load(Buffer.from(file.buffer, file.byteOffset, file.byteLength), {
      expanded: true,
      includeTags: { exif: true, gps: true, iptc: true, xmp: true },
      domParser: new DOMParser({ onError: onErrorStopParsing }),
    })
    // Its types promise what a file may break.
    const { exif, xmp, iptc, gps } = found as unknown as Partial<FoundTags>
    return { exif: exif ?? {}, xmp: xmp ?? {}, iptc: iptc ?? {}, gps: gps ?? {} }
  } catch {
    // Whatever it throws of, damage or depth: the picture is what counts
    return none
  }
}
