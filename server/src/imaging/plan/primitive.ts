import type { Operation } from '@rendition/contract/recipe'

export interface Size {
  width: number
  height: number
}

/** A rectangle in pixels. */
export interface Box extends Size {
  left: number
  top: number
}

export interface Edges {
  top: number
  right: number
  bottom: number
  left: number
}

/**
 * What a pipeline really does, with every number worked out: a `resize` that covers is a scale and a crop, one that
 * contains is a scale and an extension. sharp's own fits are not used, since it crops after flipping and rounds by
 * its own rules.
 */
export type Primitive =
  | { kind: 'trim'; threshold: number; thin: boolean }
  | ({ kind: 'crop' } & Box)
  | ({ kind: 'scale'; enlarges: boolean } & Size)
  /** Scale to `scaled`, then cut `width` × `height` where libvips finds most to see. */
  | ({ kind: 'smart'; scaled: Size; strategy: 'attention' | 'entropy' } & Size)
  | { kind: 'flip' }
  | { kind: 'mirror' }
  | { kind: 'turn'; angle: 90 | 180 | 270 }
  | { kind: 'rotate'; angle: number; background: string }
  | ({ kind: 'extend'; background: string } & Edges)
  | { kind: 'blur'; sigma: number }
  | { kind: 'modulate'; brightness: number; saturation: number; hue: number }
  | { kind: 'sharpen'; sigma: number }
  | { kind: 'contrast'; amount: number }
  | { kind: 'tint'; color: string }
  | { kind: 'grayscale' }
  | { kind: 'negate' }
  /** Done on the raw pixels between two pipelines, by our own code. */
  | { kind: 'pixels'; operation: PixelOperation }
export type PrimitiveKind = Primitive['kind']

/** Operations that sharp has not, or has only at a place in its order that does not suit. */
export type PixelOperation = Extract<
  Operation,
  { op: 'redact' | 'gamma' | 'radius' | 'watermark' | 'background' }
>
