import type { Failure } from '@rendition/contract'
import type { OutputFormat, Recipe } from '@rendition/contract/recipe'
import type { CodePoints } from './colour/numbers.ts'
import type { QualityCurve } from './quality/curve.ts'

export type { QualityCurve }

/** What a file is to be overwritten with at one place; its length never changes. */
export type Patch = { at: number; data: Uint8Array } | { at: number; length: number; fill: number }

/** Pixels that somebody else decoded (HEIC by WASM, for one): 8-bit sRGB, upright, not premultiplied. */
export interface RawPixels {
  data: Uint8Array
  width: number
  height: number
  channels: 3 | 4
}

/** The same picture in the values it is stored in, PQ or HLG of 16 bits, and what they mean. */
export interface HdrSource {
  bytes: Uint8Array
  meant: CodePoints
}

/**
 * Bytes in memory (with the EXIF of the file they were decoded from, where they do not hold it), a local file that libvips opens itself (sequential, no copy), or pixels already decoded.
 * Structured-clonable, like everything here.
 */
export type ImageSource =
  | { bytes: Uint8Array; exif?: Uint8Array; hdr?: HdrSource }
  | { file: string; said?: () => Promise<SaidBlocks> }
  | { raw: RawPixels }

/** What a file says and libvips does not read: XMP and IPTC of a JPEG with a gain map, EXIF and IPTC of a TIFF. */
export interface SaidBlocks {
  exif?: Buffer
  xmp?: Buffer
  /** With Photoshop's head. */
  iptc?: Buffer
}

/** What may be decoded and made. Judged from the header before any pixel is read, and before every operation. */
export interface ImagingLimits {
  /** Pixels of a still, and of anything between two operations. */
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

/** Random access to the bytes of a file, for `probe`: it looks at a few kilobytes, never at all of them. */
export interface ByteReader {
  /** Bytes in the file. */
  size: number
  /** Up to `length` bytes from `offset`; fewer at the end of the file. */
  read(offset: number, length: number): Promise<Uint8Array>
}

/** A face in a picture: a box in parts (0 to 1) of the upright picture. */
export interface Face {
  x: number
  y: number
  width: number
  height: number
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
  /** For gravities `face` and `faces`; without any of them, the focal point. */
  faces?: readonly Face[] | null
  /** Also make the ThumbHash, the dominant colour and the look, from the same decode. */
  placeholder?: boolean
  /** Also measure how size and likeness fall with quality, first: what the outputs leave to that is settled by it. */
  measure?: boolean
  limits: ImagingLimits
}

export interface RenderedOutput {
  name: string
  data: Uint8Array
  /** Of one frame. */
  width: number
  height: number
  format: OutputFormat
  contentType: string
  frames: number
  /** What a caller may want to tell the user, e.g. that the HDR gain map was dropped and why. */
  notes: string[]
}

/** `thumbhash` in base64, `color` as `#rrggbb`; the colours that make the picture, the most of it first; and its look (`lookOf`). */
export interface Placeholder {
  thumbhash: string
  color: string
  palette: string[]
  look: string | null
}

/** What a picture is found to be when it is decoded: upright, of one frame. */
export interface DecodedSize {
  width: number
  height: number
  /** EXIF orientation as its decoder reads it, 1 to 8; null where that is none of its business. */
  orientation: number | null
}

export interface RenderResult {
  /** null where nothing was decoded. */
  source: DecodedSize | null
  outputs: RenderedOutput[]
  placeholder: Placeholder | null
  /** null when it was not asked for, or could not be measured this time. */
  curve?: QualityCurve | null
}

/** Takes outputs one at a time, as they are made: one that fails does not cost the others, nor what comes before it. */
export interface OutputSink {
  made(output: RenderedOutput): void
  /** Before all outputs, where it was asked for: what they were settled by. */
  measured?(curve: QualityCurve): void
  /** This output cannot be made of this source: asked for again, it fails again. */
  failed(name: string, failure: Failure): void
}
