import type { Gamut } from '@rendition/contract/recipe'
import type { Metadata, Sharp } from 'sharp'
import type { Size } from './plan/primitive.ts'
import type { SourceFormat } from './types.ts'

/** A picture that is not decoded yet, and what a plan must know about it. */
export interface Origin extends Size {
  format: SourceFormat | 'raw'
  /** Bytes of the file, when they are at hand. */
  bytes: Uint8Array | null
  frames: number
  /** Milliseconds each frame is shown, and how often all are (0 is for ever). */
  delay: number[]
  loop: number
  alpha: boolean
  /** EXIF orientation must still be applied. */
  turned: boolean
  /** Not plain 8-bit sRGB. */
  foreign: boolean
  grey: boolean
  /** Tagged 16-bit colour: sharp goes by way of Display P3 and must be brought back to sRGB. */
  deepTagged: boolean
  gainMap: boolean
  /** What the values that it gives mean. */
  gamut: Gamut
  metadata: Partial<Metadata> | null
  /** EXIF that came beside the bytes: no pipeline carries it along by itself. */
  exif: Uint8Array | null
  /** A pipeline that decodes one frame upright. */
  open(frame?: number): Promise<Sharp>
  /** The frames in turn, RGBA. */
  openAll(): AsyncIterable<Uint8Array>
}

/** Of pixels that we drew or were handed: upright, in sRGB, and with nothing beside them. */
export const ownPixels = {
  turned: false,
  foreign: false,
  grey: false,
  deepTagged: false,
  gainMap: false,
  gamut: 'srgb',
  metadata: null,
  exif: null,
} as const satisfies Partial<Origin>
