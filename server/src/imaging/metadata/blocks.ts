/** Metadata ready to be put into a file. */
export interface Blocks {
  /** A TIFF structure, without `Exif\0\0`. */
  exif: Uint8Array | null
  xmp: Uint8Array | null
  /** A Photoshop block; JPEG alone has a place for it. */
  iptc: Uint8Array | null
}

export const noBlocks: Blocks = { exif: null, xmp: null, iptc: null }
