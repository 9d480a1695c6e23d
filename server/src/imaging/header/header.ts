import type { ColourNumbers } from '../colour/numbers.ts'
import type { TiffLayout } from './tiff-layout.ts'

/** What the header of one format says, before any judgement. Sizes are as stored, not yet upright. */
export interface Header {
  width: number
  height: number
  /** EXIF orientation, 1 to 8. */
  orientation: number
  frames: number
  hasAlpha: boolean
  /** A file of fewer bytes cannot hold so many pixels. */
  leastBytes?: number
  treatment?: Treatment
}

/** What libvips would get wrong of a file as it is, and is mended in memory before it sees it. */
export interface Treatment {
  /** The colours are meant by numbers that libvips does not read: they become a profile. */
  colour?: ColourNumbers
  /** Colour was multiplied by alpha (AVIF). */
  premultiplied?: boolean
  /** Alpha reaches from 16 to 235 of 255 (AVIF). */
  limitedAlpha?: boolean
  /** An AVIF sequence beside its still picture: libvips knows no file of that brand. */
  sequence?: boolean
  /** Apertures that reach outside the picture (AVIF): where they stand, and what they are to show. */
  apertures?: { at: number; width: number; height: number }[]
  /** The end marker is missing: whether all pixels are there, only their decoder can tell. */
  endless?: boolean
  /** A JPEG in a camera's raw file that shows the whole picture, and how the file says it is turned. */
  preview?: { offset: number; length: number; orientation: number }
  /** Decoded here: a TIFF of a kind that libvips gets wrong. */
  tiff?: TiffLayout
  /** Decoded here: libvips forgets what is clear in a GIF. */
  gif?: true
}

export interface HeaderOptions {
  /** Frames are counted up to one more than allowed: whoever has more is refused, however many more. */
  maximumFrames: number
  /** Taken in spite of faults that cost no pixel, as browsers do. */
  relaxed: boolean
}
