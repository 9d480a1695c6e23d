import { z } from 'zod'
import { listOf } from '../bounds.ts'
import {
  colourValue,
  decimalValue,
  flagOrNumber,
  flagValue,
  pixelsSchema,
  readList,
  sideValue,
  valueText,
  wholeOr,
  wholeValue,
  wordValue,
} from './bag-values.ts'
import {
  fitSchema,
  gravitySchema,
  leastRedaction,
  maximumSide,
  mostRedaction,
  redactionSchema,
} from './operations.ts'
import {
  frameLimit,
  gamutSchema,
  hdrSchema,
  metadataPolicySchema,
  mostBytes,
  outputFormatSchema,
  qualityWords,
} from './output.ts'
import { placeValue } from './place-value.ts'
import { presetNameSchema } from './presets.ts'
import { stepsValue } from './steps-value.ts'
import { watermarkTextSchema } from './watermark.ts'

const pixels = pixelsSchema(maximumSide)
const cropShape = 'must be x,y,width,height in whole pixels'
const padShape = 'must be one, two or four whole numbers of pixels'

/** `crop=x,y,width,height`; in JSON also a list or an object of the four. */
const cropValue = z
  .union(
    [valueText, listOf(pixels, 4), z.strictObject({ x: pixels, y: pixels, width: pixels, height: pixels })],
    { error: cropShape },
  )
  .transform((raw, context) => {
    const parts = typeof raw === 'string' || Array.isArray(raw) ? raw : [raw.x, raw.y, raw.width, raw.height]
    const numbers = readList(parts, 0, maximumSide)
    const [x, y, width, height] = numbers ?? []
    if (numbers?.length === 4 && x !== undefined && y !== undefined && width && height)
      return { x, y, width, height }
    context.addIssue({ code: 'custom', message: cropShape })
    return z.NEVER
  })

const redactShape = `must be x,y,width,height in whole pixels, then pixelate or blur, then ${leastRedaction} to ${mostRedaction}`

/** `redact=x,y,width,height`, then how and how strongly: `redact=10,20,80,60,blur,12`. Several regions are `steps`. */
const redactValue = z
  .string({ error: redactShape })
  .max(64, { error: redactShape })
  .transform((raw, context) => {
    const parts = raw.split(',')
    const [x, y, width, height] = readList(parts.slice(0, 4), 0, maximumSide) ?? []
    const how = redactionSchema.optional().safeParse(parts[4])
    const amount =
      parts[5] === undefined ? undefined : readList([parts[5]], leastRedaction, mostRedaction)?.[0]
    const right = parts.length <= 6 && how.success && (parts[5] === undefined || amount !== undefined)
    if (right && x !== undefined && y !== undefined && width && height)
      return { x, y, width, height, how: how.data, amount }
    context.addIssue({ code: 'custom', message: redactShape })
    return z.NEVER
  })

/** `pad=10`, `pad=10,20` (vertical, horizontal) or `pad=1,2,3,4` (clockwise from the top), as in CSS. */
const padValue = z
  .union([valueText, pixels, listOf(pixels, 4)], { error: padShape })
  .transform((raw, context) => {
    const numbers = readList(raw, 0, maximumSide)
    const [first, second = first, third = first, fourth = second] = numbers ?? []
    if (numbers && [1, 2, 4].includes(numbers.length) && first !== undefined)
      return { top: first, right: second ?? 0, bottom: third ?? 0, left: fourth ?? 0 }
    context.addIssue({ code: 'custom', message: padShape })
    return z.NEVER
  })

/** What a bag of parameters may hold, after aliases (`w`, `h`, `rotation`) were written out. */
export const bagSchema = z.strictObject({
  // The picture, in the order in which it happens
  redact: redactValue
    .optional()
    .describe(
      'x,y,width,height of the upright picture, made unreadable; then pixelate or blur, and how strongly.',
    ),
  crop: cropValue.optional().describe('x,y,width,height of the upright picture.'),
  trim: flagOrNumber(10, 2, 255, true)
    .optional()
    .describe('Cut a plain border away; a number is the threshold.'),
  rotate: decimalValue(-360, 360).optional().describe('Degrees clockwise.'),
  flip: flagValue.optional().describe('Top to bottom.'),
  mirror: flagValue.optional().describe('Left to right.'),
  width: wholeOr(1, maximumSide, 'auto').optional().describe('Pixels, or auto: from client hints.'),
  height: sideValue.optional().describe('Pixels.'),
  dpr: decimalValue(0.5, 5)
    .optional()
    .describe('Multiplies width and height; in a delivery URL also auto: from client hints.'),
  fit: wordValue(fitSchema.options).optional(),
  gravity: wordValue(gravitySchema.options, { center: 'centre' }).optional(),
  enlarge: flagValue.optional().describe('false: never make the picture larger.'),
  pad: padValue.optional().describe('Pixels around: all, vertical,horizontal or top,right,bottom,left.'),
  background: colourValue.optional().describe('Of padding and bare corners, and under what is transparent.'),
  brightness: decimalValue(0, 10).optional().describe('1 changes nothing.'),
  saturation: decimalValue(0, 10).optional().describe('1 changes nothing.'),
  hue: wholeValue(-360, 360).optional().describe('Whole degrees.'),
  contrast: decimalValue(0, 10).optional().describe('1 changes nothing.'),
  gamma: decimalValue(0.334, 3).optional().describe('1 changes nothing, more lightens the middle tones.'),
  grayscale: flagValue.optional(),
  tint: colourValue.optional(),
  negate: flagValue.optional(),
  blur: decimalValue(0.3, 100).optional().describe('Sigma in pixels.'),
  sharpen: flagOrNumber(1, 0.3, 10, false).optional().describe('Sigma in pixels; true is 1.'),
  watermarkText: watermarkTextSchema.optional(),
  watermarkImage: z.uuid({ error: 'must be an image id' }).optional(),
  watermarkOpacity: decimalValue(0, 1).optional(),
  watermarkPosition: placeValue
    .optional()
    .describe('Of the compass, or x,y: where its middle lies, as shares of the picture.'),
  watermarkSize: decimalValue(0.01, 1).optional().describe('Share of the picture it may take on each side.'),
  watermarkColor: colourValue.optional(),
  watermarkTile: flagValue.optional(),
  radius: wholeOr(1, maximumSide, 'max').optional().describe('Of the corners, in pixels; max is a circle.'),
  steps: stepsValue
    .optional()
    .describe('Operations as JSON, in an order of your own, instead of the parameters above.'),
  // The file
  format: wordValue([...outputFormatSchema.options, 'auto'], { jpg: 'jpeg' }).optional(),
  quality: wholeOr(1, 100, ...qualityWords)
    .optional()
    .describe('auto: the lowest at which the picture looks as it should, by measurement.'),
  compress: wholeValue(0, 100)
    .optional()
    .describe('How strongly to compress, in place of quality: 0 is the best picture, 100 the smallest file.'),
  lossless: flagValue.optional(),
  progressive: flagValue.optional(),
  metadata: wordValue(metadataPolicySchema.options).optional(),
  gamut: wordValue([...gamutSchema.options, 'auto'])
    .optional()
    .describe(
      'p3 keeps Display P3, with its profile, where the picture has more than sRGB; in a delivery URL also auto: from a hint.',
    ),
  hdr: wordValue(hdrSchema.options)
    .optional()
    .describe('keep: PQ and HLG stay in AVIF, in 10 bits; off: gain maps are left out too.'),
  frame: wholeValue(0, frameLimit).optional(),
  maxBytes: wholeValue(1, mostBytes)
    .optional()
    .describe('Bytes that the file has at most; quality is lowered for it.'),
  // The request
  preset: presetNameSchema.optional(),
  set: wholeValue(1, 2 ** 31 - 1)
    .optional()
    .describe(
      'The set of presets that the URL was given for: how long its answer is kept, and nothing else.',
    ),
  v: wholeValue(1, 2 ** 31 - 1)
    .optional()
    .describe('Version of the image.'),
  download: z
    .union([flagValue, z.string().min(1).max(255)], { error: 'must be true, false or a file name' })
    .optional()
    .describe('true, or the name under which it is saved.'),
  exp: wholeValue(0, 2 ** 53 - 1)
    .optional()
    .describe('Seconds since 1970 until which the signature holds.'),
  sig: z.string().min(1).max(512).optional().describe('The signature.'),
  share: z
    .string()
    .regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.\d{1,9}$/, 'must be as an answer gave it')
    .optional()
    .describe('The share that the URL was given with: it works while that does.'),
})
export type Bag = z.output<typeof bagSchema>
export type ParameterName = keyof Bag

/** Other spellings of a parameter. */
export const aliases: Readonly<Record<string, ParameterName>> = {
  w: 'width',
  h: 'height',
  rotation: 'rotate',
}

/** Parameters that may stand without a value, `?download`: yes. */
export const switches: ReadonlySet<ParameterName> = new Set([
  'trim',
  'flip',
  'mirror',
  'enlarge',
  'grayscale',
  'negate',
  'sharpen',
  'watermarkTile',
  'lossless',
  'progressive',
  'download',
])
