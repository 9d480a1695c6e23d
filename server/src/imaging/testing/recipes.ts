import type { OperationInput, OperationName } from '@rendition/contract/recipe'
import fc from 'fast-check'

const colour = fc.constantFrom('ff0000ff', '00ff0080', '00000000', '204060ff')
const opaque = fc.constantFrom('ff0000ff', '204060ff', 'ffffffff')
const compass = fc.constantFrom('centre', 'north', 'southeast', 'west', 'focal', 'face')
const side = fc.integer({ min: 8, max: 140 })
const tenth = (min: number, max: number) =>
  fc.integer({ min: min * 10, max: max * 10 }).map((value) => value / 10)

/** A plain border and its removal: what trim finds in noise hangs on single levels, which passes may round otherwise. */
export const framed: fc.Arbitrary<OperationInput[]> = fc
  .tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }), opaque)
  .map(([across, down, background]) => [
    { op: 'pad', top: down, bottom: 1, left: across, right: across, background },
    { op: 'trim', threshold: 40 },
  ])

type Operations = fc.Arbitrary<OperationInput>

/** By name, so that none is forgotten: what is null here has its reason. */
const each: Record<OperationName, Operations | null> = {
  resize: fc.record({
    op: fc.constant('resize' as const),
    width: side,
    height: fc.option(side, { nil: undefined }),
    fit: fc.constantFrom('cover', 'contain', 'inside', 'outside', 'fill'),
    gravity: fc.oneof(
      { weight: 6, arbitrary: compass },
      { weight: 1, arbitrary: fc.constantFrom('attention', 'entropy') },
    ),
    enlarge: fc.boolean(),
    background: colour,
  }) as Operations,
  crop: fc.record({
    op: fc.constant('crop' as const),
    x: fc.integer({ min: 0, max: 12 }),
    y: fc.integer({ min: 0, max: 12 }),
    width: fc.integer({ min: 4, max: 60 }),
    height: fc.integer({ min: 4, max: 40 }),
  }),
  redact: fc.record({
    op: fc.constant('redact' as const),
    x: fc.integer({ min: 0, max: 12 }),
    y: fc.integer({ min: 0, max: 12 }),
    width: fc.integer({ min: 4, max: 60 }),
    height: fc.integer({ min: 4, max: 40 }),
    how: fc.constantFrom('pixelate', 'blur'),
    amount: fc.integer({ min: 2, max: 12 }),
  }),
  /** In noise it hangs on single levels: `framed` puts a border there first. */
  trim: null,
  rotate: fc.record({
    op: fc.constant('rotate' as const),
    angle: fc.constantFrom(90, 180, 270, 17, -45.5),
    background: colour,
  }),
  flip: fc.constant({ op: 'flip' }),
  mirror: fc.constant({ op: 'mirror' }),
  grayscale: fc.constant({ op: 'grayscale' }),
  negate: fc.constant({ op: 'negate' }),
  pad: fc.record({
    op: fc.constant('pad' as const),
    top: fc.integer({ min: 0, max: 9 }),
    right: fc.integer({ min: 0, max: 9 }),
    bottom: fc.integer({ min: 0, max: 9 }),
    left: fc.integer({ min: 0, max: 9 }),
    background: colour,
  }),
  blur: fc.record({ op: fc.constant('blur' as const), sigma: tenth(0.3, 4) }),
  sharpen: fc.record({ op: fc.constant('sharpen' as const), sigma: tenth(0.5, 3) }),
  modulate: fc.record({
    op: fc.constant('modulate' as const),
    brightness: tenth(0.5, 2),
    saturation: tenth(0, 2),
    hue: fc.integer({ min: 0, max: 359 }),
  }),
  contrast: fc.record({ op: fc.constant('contrast' as const), amount: tenth(0.5, 2) }),
  gamma: fc.record({ op: fc.constant('gamma' as const), value: tenth(0.5, 2.5) }),
  tint: fc.record({ op: fc.constant('tint' as const), color: opaque }),
  radius: fc.record({
    op: fc.constant('radius' as const),
    radius: fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constant('max' as const)),
  }),
  background: fc.record({ op: fc.constant('background' as const), color: colour }),
  /** Stands in a pass of its own always, and its text is laid out anew each time: slow, and equal by construction. */
  watermark: null,
}

/** Operations for a picture of about 120 × 80; crops are small, since a list may have made it small before. */
const operation: Operations = fc.oneof(...Object.values(each).filter((one) => one !== null))

/** Ordered lists of one to five operations. */
export const steps: fc.Arbitrary<OperationInput[]> = fc
  .array(
    fc.oneof({ weight: 12, arbitrary: operation.map((one) => [one]) }, { weight: 1, arbitrary: framed }),
    { minLength: 1, maxLength: 5 },
  )
  .map((lists) => lists.flat())
