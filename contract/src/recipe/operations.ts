import { z } from 'zod'
import { colourSchema, transparent } from './colour.ts'
import { compassSchema } from './compass.ts'
import { decimal, degrees, whole, wholeDegrees } from './number.ts'
import { watermarkSchema } from './watermark.ts'

/** Pixels, each side, that no picture may exceed anywhere (the 16-bit signed limit most decoders share). */
export const maximumSide = 32_767
const side = () => whole(1, maximumSide)
const offset = () => whole(0, maximumSide)

export const fitSchema = z.enum(['cover', 'contain', 'inside', 'outside', 'fill'])
export type Fit = z.infer<typeof fitSchema>

/**
 * Where `cover` looks: a fixed point, what libvips finds interesting, the image's focal point, or the largest face or the
 * middle of all faces; without a face, the focal point.
 */
export const gravitySchema = z.enum([
  ...compassSchema.options,
  'attention',
  'entropy',
  'focal',
  'face',
  'faces',
])
export type Gravity = z.infer<typeof gravitySchema>

export const resizeSchema = z
  .strictObject({
    op: z.literal('resize'),
    width: side().optional().describe('Pixels. One side alone keeps the proportions.'),
    height: side().optional().describe('Pixels.'),
    fit: fitSchema.default('cover'),
    gravity: gravitySchema.default('centre'),
    enlarge: z.boolean().default(true).describe('false: a picture that is already smaller stays as it is.'),
    background: colourSchema.default(transparent).describe('What `contain` fills the rest with.'),
  })
  .refine((op) => op.width !== undefined || op.height !== undefined, {
    error: 'needs width or height',
    path: ['width'],
  })

export const cropSchema = z.strictObject({
  op: z.literal('crop'),
  x: offset(),
  y: offset(),
  width: side(),
  height: side(),
})

/** How a region is made unreadable. */
export const redactionSchema = z.enum(['pixelate', 'blur'])
export type Redaction = z.infer<typeof redactionSchema>
export const leastRedaction = 2
export const mostRedaction = 100
export const usualRedaction = 16

export const redactSchema = z
  .strictObject({
    op: z.literal('redact'),
    x: offset(),
    y: offset(),
    width: side(),
    height: side(),
    how: redactionSchema.default('pixelate'),
    amount: whole(leastRedaction, mostRedaction)
      .default(usualRedaction)
      .describe('Pixels: the side of a block, or the sigma of the blur.'),
  })
  .describe('Makes a region unreadable: a face, a number plate. Only what lies inside it is looked at.')

export const trimSchema = z.strictObject({
  op: z.literal('trim'),
  threshold: whole(0, 255)
    .default(10)
    .describe('How far from the colour of the top left pixel is still border.'),
})

export const rotateSchema = z.strictObject({
  op: z.literal('rotate'),
  angle: degrees().describe('Degrees clockwise.'),
  background: colourSchema.default(transparent).describe('The corners that an odd angle lays bare.'),
})

export const flipSchema = z.strictObject({ op: z.literal('flip') }).describe('Top to bottom.')
export const mirrorSchema = z.strictObject({ op: z.literal('mirror') }).describe('Left to right.')

export const padSchema = z.strictObject({
  op: z.literal('pad'),
  top: offset().default(0),
  right: offset().default(0),
  bottom: offset().default(0),
  left: offset().default(0),
  background: colourSchema.default(transparent),
})

/** `max` makes a circle of a square, a pill of anything else. */
export const radiusSchema = z.strictObject({
  op: z.literal('radius'),
  radius: z.union([whole(1, maximumSide), z.literal('max')], {
    error: `must be a whole number from 1 to ${maximumSide}, or max`,
  }),
})

export const blurSchema = z.strictObject({ op: z.literal('blur'), sigma: decimal(0.3, 100) })
export const sharpenSchema = z.strictObject({ op: z.literal('sharpen'), sigma: decimal(0.3, 10).default(1) })
export const grayscaleSchema = z.strictObject({ op: z.literal('grayscale') })
export const negateSchema = z.strictObject({ op: z.literal('negate') }).describe('Alpha stays.')

export const modulateSchema = z.strictObject({
  op: z.literal('modulate'),
  brightness: decimal(0, 10).default(1).describe('Factor; 1 changes nothing.'),
  saturation: decimal(0, 10).default(1).describe('Factor; 1 changes nothing.'),
  hue: wholeDegrees().default(0).describe('Degrees around the colour wheel.'),
})

export const contrastSchema = z.strictObject({
  op: z.literal('contrast'),
  amount: decimal(0, 10).describe('Factor around middle grey; 1 changes nothing.'),
})

export const gammaSchema = z.strictObject({
  op: z.literal('gamma'),
  value: decimal(0.334, 3).describe('Above 1 lightens the middle tones, below 1 darkens them.'),
})

export const tintSchema = z
  .strictObject({ op: z.literal('tint'), color: colourSchema })
  .describe('Keeps lightness, takes the colour. Its alpha is of no account.')

export const backgroundSchema = z
  .strictObject({ op: z.literal('background'), color: colourSchema })
  .describe('Lays the picture on a colour.')

/** Every operation there is. The names here are the names in URLs, in jobs and in the history. */
export const operationSchema = z.discriminatedUnion('op', [
  resizeSchema,
  redactSchema,
  cropSchema,
  trimSchema,
  rotateSchema,
  flipSchema,
  mirrorSchema,
  padSchema,
  radiusSchema,
  blurSchema,
  sharpenSchema,
  grayscaleSchema,
  negateSchema,
  modulateSchema,
  contrastSchema,
  gammaSchema,
  tintSchema,
  watermarkSchema,
  backgroundSchema,
])
export type Operation = z.output<typeof operationSchema>
export type OperationInput = z.input<typeof operationSchema>
export type OperationName = Operation['op']
/** All of them, in the order of the schema. */
export const operationNames: readonly OperationName[] = operationSchema.options.map(
  ({ shape }) => shape.op.value,
)
/** One operation by its name: `OperationOf<'resize'>`. */
export type OperationOf<Name extends OperationName> = Extract<Operation, { op: Name }>
