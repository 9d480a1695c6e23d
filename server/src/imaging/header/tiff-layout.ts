/** How samples of a TIFF become colours. */
export type TiffPhotometry = 'white-is-zero' | 'black-is-zero' | 'rgb' | 'ycbcr' | 'lab'

export type TiffCompression = 'none' | 'lzw' | 'deflate' | 'packbits'

/** Where the samples of a TIFF lie and what they mean: all that is needed to read them. */
export interface TiffLayout {
  little: boolean
  width: number
  height: number
  /** EXIF orientation, 1 to 8. */
  orientation: number
  photometry: TiffPhotometry
  compression: TiffCompression
  samples: number
  /** Of each sample. */
  bits: number
  float: boolean
  /** A sample beside the colours is alpha; with `associated`, colours were multiplied by it. */
  alpha: boolean
  associated: boolean
  /** 1: none, 2: differences to the left neighbour, 3: the same of floating point numbers. */
  predictor: number
  /** Planes one after the other instead of samples side by side. */
  planar: boolean
  /** Pixels that share one pair of Cb and Cr. */
  subsampling: readonly [number, number]
  /** Of strips (as wide as the picture) or tiles. */
  block: { width: number; height: number }
  offsets: readonly number[]
  lengths: readonly number[]
  profile: Uint8Array | null
  xmp: Uint8Array | null
}
