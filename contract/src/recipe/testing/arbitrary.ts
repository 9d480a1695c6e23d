import fc from 'fast-check'
import type { OperationInput } from '../operations.ts'
import type { RecipeInput } from '../recipe.ts'

const side = fc.integer({ min: 1, max: 32_767 })
const offset = fc.integer({ min: 0, max: 32_767 })
const hex = fc.integer({ min: 0, max: 0xffffff }).map((value) => value.toString(16).padStart(6, '0'))
const colour = fc.oneof(
  hex,
  hex.map((value) => `#${value.toUpperCase()}80`),
  fc.constantFrom('red', 'Transparent', 'rebeccapurple', 'f0c', '#abcd'),
)
const decimal = (min: number, max: number) =>
  fc.integer({ min: Math.ceil(min * 1000), max: Math.floor(max * 1000) }).map((value) => value / 1000)
const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
const op = <Name extends string>(name: Name) => fc.constant(name)

const mark = {
  op: op('watermark'),
  opacity: maybe(decimal(0, 1)),
  position: maybe(fc.constantFrom('centre', 'north', 'southwest')),
  size: maybe(decimal(0.01, 1)),
  tile: maybe(fc.boolean()),
}

/** Any operation that the grammar accepts, in any spelling of its values. */
export const operation = fc.oneof(
  fc
    .record({
      op: op('resize'),
      width: maybe(side),
      height: maybe(side),
      fit: maybe(fc.constantFrom('cover', 'contain', 'inside', 'outside', 'fill')),
      gravity: maybe(fc.constantFrom('centre', 'southeast', 'attention', 'focal')),
      enlarge: maybe(fc.boolean()),
      background: maybe(colour),
    })
    .filter(({ width, height }) => width !== undefined || height !== undefined),
  fc.record({ op: op('crop'), x: offset, y: offset, width: side, height: side }),
  fc.record({ op: op('trim'), threshold: maybe(fc.integer({ min: 0, max: 255 })) }),
  fc.record({
    op: op('rotate'),
    angle: fc.oneof(decimal(-360, 360), fc.constantFrom(0, 90, -90, 360)),
    background: maybe(colour),
  }),
  fc.record({ op: fc.constantFrom('flip', 'mirror', 'grayscale', 'negate') }),
  fc.record({
    op: op('pad'),
    top: maybe(offset),
    right: maybe(offset),
    bottom: maybe(offset),
    left: maybe(offset),
    background: maybe(colour),
  }),
  fc.record({ op: op('radius'), radius: fc.oneof(side, fc.constant('max')) }),
  fc.record({ op: op('blur'), sigma: decimal(0.3, 100) }),
  fc.record({ op: op('sharpen'), sigma: maybe(decimal(0.3, 10)) }),
  fc.record({
    op: op('modulate'),
    brightness: maybe(decimal(0, 10)),
    saturation: maybe(decimal(0, 10)),
    hue: maybe(fc.integer({ min: -360, max: 360 })),
  }),
  fc.record({ op: op('contrast'), amount: decimal(0, 10) }),
  fc.record({ op: op('gamma'), value: decimal(0.334, 3) }),
  fc.record({ op: op('tint'), color: colour }),
  fc.record({ op: op('background'), color: colour }),
  fc.record({
    ...mark,
    text: fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }).map((text) => `©${text}`),
    color: maybe(colour),
  }),
  fc.record({ ...mark, imageId: fc.uuid({ version: 7 }) }),
) as unknown as fc.Arbitrary<OperationInput>

const output = fc
  .record({
    format: maybe(fc.constantFrom('jpeg', 'png', 'webp', 'avif', 'gif', 'tiff')),
    quality: maybe(fc.integer({ min: 1, max: 100 })),
    lossless: maybe(fc.boolean()),
    progressive: maybe(fc.boolean()),
    metadata: maybe(fc.constantFrom('strip', 'copyright', 'keep')),
    frame: maybe(fc.integer({ min: 0, max: 300 })),
  })
  .filter(
    ({ format, quality, lossless }) =>
      !lossless || (quality === undefined && format !== 'jpeg' && format !== 'gif'),
  )

/** Any recipe that the grammar accepts. */
export const recipe = fc.record({
  steps: fc.array(operation, { maxLength: 12 }),
  output,
}) as unknown as fc.Arbitrary<RecipeInput>

/** Bags of parameters as a query would hold them. */
export const bag = fc
  .record(
    {
      width: fc.integer({ min: 1, max: 8192 }).map(String),
      height: fc.integer({ min: 1, max: 8192 }).map(String),
      fit: fc.constantFrom('cover', 'contain', 'inside', 'outside', 'fill'),
      crop: fc.tuple(offset, offset, side, side).map((parts) => parts.join(',')),
      trim: fc.constantFrom('true', '1', '', '20', 'false'),
      rotate: decimal(-360, 360).map(String),
      flip: fc.constantFrom('1', 'true', '0'),
      mirror: fc.constantFrom('1', 'false'),
      pad: fc.constantFrom('10', '0', '1,2', '1,2,3,4'),
      background: fc.oneof(hex, fc.constantFrom('white', 'ff000080', 'transparent')),
      brightness: decimal(0, 10).map(String),
      saturation: decimal(0, 10).map(String),
      hue: fc.integer({ min: -360, max: 360 }).map(String),
      contrast: decimal(0, 10).map(String),
      gamma: decimal(0.334, 3).map(String),
      grayscale: fc.constantFrom('1', ''),
      tint: hex,
      negate: fc.constant('true'),
      blur: decimal(0.3, 100).map(String),
      sharpen: fc.constantFrom('1', 'true', '2.5', '0'),
      watermarkText: fc.string({ minLength: 1, maxLength: 30 }).map((text) => `a${text}`),
      radius: fc.constantFrom('5', 'max'),
      format: fc.constantFrom('jpg', 'png', 'webp', 'avif'),
      quality: fc.integer({ min: 1, max: 100 }).map(String),
      metadata: fc.constantFrom('strip', 'copyright', 'keep'),
      frame: fc.integer({ min: 0, max: 99 }).map(String),
    },
    { requiredKeys: [] },
  )
  .map((found): Record<string, string> => {
    const { fit, ...rest } = found
    const sized = rest.width !== undefined || rest.height !== undefined
    return { ...rest, ...(fit !== undefined && sized && { fit }) } as Record<string, string>
  })
