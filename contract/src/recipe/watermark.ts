import { z } from 'zod'
import { colourSchema } from './colour.ts'
import { placeSchema } from './compass.ts'
import { decimal } from './number.ts'

/** Characters a watermark may have. Longer ones are unreadable at any size and cost seconds of layout. */
export const watermarkTextLimit = 200

/**
 * Text as it will be drawn: line breaks and tabs become spaces, other control characters, unpaired surrogates,
 * non-characters and bidirectional overrides go, spaces fold. Joiners stay: emoji and Indic scripts need them.
 */
export function cleanText(text: string): string {
  return text
    .normalize('NFC')
    .replace(/[\t\n\v\f\r\u0085\u2028\u2029]+/g, ' ')
    .replace(/[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\u202a-\u202e\u2066-\u2069]/gu, '')
    .replace(/ +/g, ' ')
    .trim()
}

/**
 * White space, what is drawn as nothing (joiners, fillers, variation selectors, the blank of Braille) and marks without
 * a letter: alone they are no text.
 */
const invisible = /[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cf}\p{M}\u2800]/gu

export const watermarkTextSchema = z
  .string()
  .max(4 * watermarkTextLimit, { error: `must have at most ${watermarkTextLimit} characters` })
  .overwrite(cleanText)
  .refine((text) => text.replace(invisible, '').length > 0, {
    error: 'must hold at least one printable character',
  })
  .refine((text) => [...text].length <= watermarkTextLimit, {
    error: `must have at most ${watermarkTextLimit} characters`,
  })

/** A watermark of text, or of another image of the same owner. `size` holds for both sides: the mark fits inside. */
export const watermarkSchema = z
  .strictObject({
    op: z.literal('watermark'),
    text: watermarkTextSchema.optional(),
    imageId: z
      .uuid({ error: 'must be an image id' })
      .overwrite((id) => id.toLowerCase())
      .optional(),
    opacity: decimal(0, 1).default(0.5),
    position: placeSchema
      .default('southeast')
      .describe('Of the compass, or where the middle of the mark lies, as shares of the picture.'),
    size: decimal(0.01, 1)
      .default(0.25)
      .describe('The share of the picture, on each side, that it may take.'),
    color: colourSchema.optional().describe('Of text; white unless given.'),
    tile: z.boolean().default(false).describe('Repeat it over the whole picture.'),
  })
  .superRefine((op, context) => {
    if ((op.text === undefined) === (op.imageId === undefined))
      context.addIssue({ code: 'custom', path: ['text'], message: 'needs either text or imageId' })
    if (op.imageId !== undefined && op.color !== undefined)
      context.addIssue({ code: 'custom', path: ['color'], message: 'colours text only' })
  })
