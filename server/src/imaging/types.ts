import type { Recipe } from '@rendition/contract/recipe'

/** Bytes in memory, or a local file that libvips opens itself (sequential, no copy). */
export type ImageSource = { bytes: Uint8Array } | { file: string }

/** What may be decoded and made. Judged from the header before any pixel is read, and after every pass. */
export interface ImagingLimits {
  /** Pixels of a still. */
  stillPixels: number
  /** Pixels of all frames together. */
  animatedPixels: number
  frames: number
  /** Pixels, each side. */
  side: number
  /** Pixels, each side of an output. */
  outputSide: number
  outputPixels: number
}

export type SourceFormat = 'jpeg' | 'png' | 'webp' | 'gif' | 'tiff' | 'avif' | 'heic'

/** What the header says. */
export interface Probe {
  format: SourceFormat
  contentType: string
  /** Upright, after EXIF orientation; of one frame. */
  width: number
  height: number
  /** EXIF orientation as stored, 1 to 8. */
  orientation: number
  frames: number
  hasAlpha: boolean
}

export interface OutputRequest {
  name: string
  recipe: Recipe
}

export interface RenderRequest {
  source: ImageSource
  outputs: readonly OutputRequest[]
  /** Watermark images by image id. */
  assets?: Readonly<Record<string, Uint8Array>>
  /** 0 to 1 of the upright picture, for gravity `focal`. */
  focalPoint?: { x: number; y: number } | null
  /** Also make the ThumbHash and dominant colour, from the same decode. */
  placeholder?: boolean
  limits: ImagingLimits
}

export interface RenderedOutput {
  name: string
  data: Uint8Array
  width: number
  height: number
  format: string
  contentType: string
  frames: number
  /** What a caller may want to tell the user, e.g. that the HDR gain map was dropped and why. */
  notes: string[]
}

export interface RenderResult {
  outputs: RenderedOutput[]
  placeholder: { thumbhash: string; color: string } | null
}
