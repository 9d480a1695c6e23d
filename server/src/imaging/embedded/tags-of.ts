import { DOMParser, onErrorStopParsing } from '@xmldom/xmldom'
import ExifReader from 'exifreader'

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
