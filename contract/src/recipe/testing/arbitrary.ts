import fc from 'fast-check'
import type { ParameterName } from '../bag.ts'
import type { OperationInput, OperationName } from '../operations.ts'
import { qualityWords } from '../output.ts'
import type { RecipeInput } from '../recipe.ts'

/** Pixels, each side, that the grammar knows. */
const largest = 32_767
const sideTo = (most: number) => fc.integer({ min: 1, max: most })
const offsetTo = (most: number) => fc.integer({ min: 0, max: most })
const side = sideTo(largest)
const offset = offsetTo(largest)
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
  position: maybe(
    fc.oneof(
      fc.constantFrom('centre', 'north', 'southwest'),
      fc.record({ x: decimal(0, 1), y: decimal(0, 1) }),
    ),
  ),
  size: maybe(decimal(0.01, 1)),
  tile: maybe(fc.boolean()),
}

/**
 * Any operation that the grammar accepts, in any spelling of its values, with sizes and places up to so many pixels:
 * few, where the operations are to be possible on a small picture.
 */
function operationUpTo(most: number): fc.Arbitrary<OperationInput> {
  const side = sideTo(most)
  const offset = offsetTo(most)
  // By name, so that none is forgotten.
  const each: Record<OperationName, fc.Arbitrary<unknown>> = {
    resize: fc
      .record({
        op: op('resize'),
        width: maybe(side),
        height: maybe(side),
        fit: maybe(fc.constantFrom('cover', 'contain', 'inside', 'outside', 'fill')),
        gravity: maybe(fc.constantFrom('centre', 'southeast', 'attention', 'entropy', 'focal', 'face')),
        enlarge: maybe(fc.boolean()),
        background: maybe(colour),
      })
      .filter(({ width, height }) => width !== undefined || height !== undefined),
    redact: fc.record({
      op: op('redact'),
      x: offset,
      y: offset,
      width: side,
      height: side,
      how: maybe(fc.constantFrom('pixelate', 'blur')),
      amount: maybe(fc.integer({ min: 2, max: 100 })),
    }),
    crop: fc.record({ op: op('crop'), x: offset, y: offset, width: side, height: side }),
    trim: fc.record({ op: op('trim'), threshold: maybe(fc.integer({ min: 0, max: 255 })) }),
    rotate: fc.record({
      op: op('rotate'),
      angle: fc.oneof(decimal(-360, 360), fc.constantFrom(0, 90, -90, 360)),
      background: maybe(colour),
    }),
    flip: fc.record({ op: op('flip') }),
    mirror: fc.record({ op: op('mirror') }),
    grayscale: fc.record({ op: op('grayscale') }),
    negate: fc.record({ op: op('negate') }),
    pad: fc.record({
      op: op('pad'),
      top: maybe(offset),
      right: maybe(offset),
      bottom: maybe(offset),
      left: maybe(offset),
      background: maybe(colour),
    }),
    radius: fc.record({ op: op('radius'), radius: fc.oneof(side, fc.constant('max')) }),
    blur: fc.record({ op: op('blur'), sigma: decimal(0.3, 100) }),
    sharpen: fc.record({ op: op('sharpen'), sigma: maybe(decimal(0.3, 10)) }),
    modulate: fc.record({
      op: op('modulate'),
      brightness: maybe(decimal(0, 10)),
      saturation: maybe(decimal(0, 10)),
      hue: maybe(fc.integer({ min: -360, max: 360 })),
    }),
    contrast: fc.record({ op: op('contrast'), amount: decimal(0, 10) }),
    gamma: fc.record({ op: op('gamma'), value: decimal(0.334, 3) }),
    tint: fc.record({ op: op('tint'), color: colour }),
    background: fc.record({ op: op('background'), color: colour }),
    watermark: fc.oneof(
      fc.record({
        ...mark,
        text: fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }).map((text) => `©${text}`),
        color: maybe(colour),
      }),
      fc.record({ ...mark, imageId: fc.uuid({ version: 7 }) }),
    ),
  }
  return fc.oneof(...Object.values(each)) as fc.Arbitrary<OperationInput>
}

/** Any operation that the grammar accepts. */
export const operation = operationUpTo(largest)

const output = fc
  .record({
    format: maybe(fc.constantFrom('jpeg', 'png', 'webp', 'avif', 'gif', 'tiff')),
    quality: maybe(fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constantFrom(...qualityWords))),
    lossless: maybe(fc.boolean()),
    progressive: maybe(fc.boolean()),
    metadata: maybe(fc.constantFrom('strip', 'copyright', 'keep')),
    frame: maybe(fc.integer({ min: 0, max: 300 })),
    maxBytes: maybe(fc.integer({ min: 1, max: 1e9 })),
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

/** Recipes whose operations mostly fit one another, for pictures of a few pixels a side. */
export const smallRecipe = fc.record({
  steps: fc.array(operationUpTo(12), { maxLength: 5 }),
  output,
}) as unknown as fc.Arbitrary<RecipeInput>

/** Parameters that say nothing of the picture, or nothing by themselves. */
type Aside = 'steps' | 'preset' | 'set' | 'v' | 'download' | 'exp' | 'sig' | 'share'

const word = fc.string({ minLength: 1, maxLength: 30 }).map((text) => `a${text}`)

const values: Record<Exclude<ParameterName, Aside>, fc.Arbitrary<string>> = {
  width: fc.integer({ min: 1, max: 1600 }).map(String),
  height: fc.integer({ min: 1, max: 1600 }).map(String),
  dpr: fc.constantFrom('1', '2', '0.5', '1.5'),
  fit: fc.constantFrom('cover', 'contain', 'inside', 'outside', 'fill'),
  gravity: fc.constantFrom('center', 'north', 'southwest', 'attention', 'focal', 'faces'),
  enlarge: fc.constantFrom('true', 'false'),
  redact: fc
    .tuple(offset, offset, side, side, fc.constantFrom('', ',blur', ',pixelate,9'))
    .map(([x, y, width, height, how]) => `${x},${y},${width},${height}${how}`),
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
  watermarkText: word,
  watermarkImage: fc.uuid({ version: 7 }),
  watermarkOpacity: decimal(0, 1).map(String),
  watermarkPosition: fc.constantFrom('center', 'north', 'southwest', '0.25,.8'),
  watermarkSize: decimal(0.01, 1).map(String),
  watermarkColor: hex,
  watermarkTile: fc.constantFrom('1', '0'),
  radius: fc.constantFrom('5', 'max'),
  format: fc.constantFrom('jpg', 'png', 'webp', 'avif'),
  quality: fc.oneof(fc.integer({ min: 1, max: 100 }).map(String), fc.constantFrom(...qualityWords)),
  compress: fc.integer({ min: 0, max: 100 }).map(String),
  lossless: fc.constantFrom('1', '0'),
  progressive: fc.constantFrom('1', '0'),
  metadata: fc.constantFrom('strip', 'copyright', 'keep'),
  gamut: fc.constantFrom('srgb', 'p3'),
  hdr: fc.constantFrom('keep', 'off'),
  frame: fc.integer({ min: 0, max: 99 }).map(String),
  maxBytes: fc.integer({ min: 1, max: 1e9 }).map(String),
}

/** Bags of parameters as a query would hold them. */
export const bag = fc.record(values, { requiredKeys: [] }).map((found): Record<string, string> => {
  const { fit, gravity, dpr, enlarge, watermarkImage, watermarkColor, compress, lossless, ...rest } = found
  const sized = rest.width !== undefined || rest.height !== undefined
  const inText = rest.watermarkText !== undefined
  const size = { fit, gravity, dpr, enlarge }
  const given = {
    ...rest,
    ...(sized && size),
    ...(inText ? { watermarkColor } : { watermarkImage }),
    // Each says how the file is written in a way of its own.
    ...(rest.quality === undefined && { compress }),
    ...(rest.quality === undefined && compress === undefined && rest.format !== 'jpg' && { lossless }),
  }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >
})
