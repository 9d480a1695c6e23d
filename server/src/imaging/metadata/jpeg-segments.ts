import { ascii } from '../header/reader.ts'

/** How a segment of XMP begins. */
export const xmpHead = 'http://ns.adobe.com/xap/1.0/\0'

export type SegmentKind =
  /** Needed to decode the picture, or its colours. */
  | 'picture'
  | 'jfif'
  | 'adobe'
  | 'exif'
  | 'xmp'
  | 'photoshop'
  /** The index of further pictures. */
  | 'index'
  /** ISO 21496-1: how a gain map is applied, or only that there is one. */
  | 'gain'
  | 'unknown'

/** What a marker segment is; `content` is what follows its length, of which the first bytes suffice. */
export function kindOfSegment(marker: number, content: Uint8Array): SegmentKind {
  const begins = (text: string): boolean => ascii(content, 0, text.length) === text
  switch (marker) {
    case 0xe0:
      return begins('JFIF\0') ? 'jfif' : 'unknown'
    case 0xe1:
      if (begins('Exif\0')) return 'exif'
      return begins(xmpHead) ? 'xmp' : 'unknown'
    case 0xe2:
      if (begins('ICC_PROFILE\0')) return 'picture'
      if (begins('MPF\0')) return 'index'
      return begins('urn:iso:std:iso:ts:21496:-1\0') ? 'gain' : 'unknown'
    case 0xed:
      return begins('Photoshop 3.0\0') ? 'photoshop' : 'unknown'
    case 0xee:
      return begins('Adobe') ? 'adobe' : 'unknown'
    case 0xfe:
      return 'unknown'
    default:
      return marker >= 0xe0 && marker <= 0xef ? 'unknown' : 'picture'
  }
}

/** Bytes of JFIF's content up to the thumbnail it may have, whose sides are the last two. */
export const jfifLength = 14
/** Bytes of Adobe's content: what is behind them is none of it. */
export const adobeLength = 12
