import { z } from 'zod'
import { whole } from './number.ts'

/** What can be written. */
export const outputFormatSchema = z.enum(['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'])
export type OutputFormat = z.infer<typeof outputFormatSchema>

/**
 * From the least to the most: `strip` keeps nothing, `copyright` keeps author and copyright, `details` what is known of the
 * picture and how it was taken, without the place and what tells one camera from another, `keep` keeps all of EXIF, XMP and
 * IPTC. Orientation is always baked in; the colour profile follows the pixels.
 */
export const metadataPolicySchema = z.enum(['strip', 'copyright', 'details', 'keep'])
export type MetadataPolicy = z.infer<typeof metadataPolicySchema>

/** Colours that a file can hold: those of every screen, or those of Display P3 where the source has more than sRGB. */
export const gamutSchema = z.enum(['srgb', 'p3'])
export type Gamut = z.infer<typeof gamutSchema>

/** `keep` writes PQ and HLG as they are, into AVIF; `off` leaves out gain maps too. Neither tone-maps, and keeps gain maps. */
export const hdrSchema = z.enum(['keep', 'off'])

export const frameLimit = 100_000

/**
 * Qualities that are found by measurement: the lowest number at which this picture still looks as it should. `auto` is as
 * the installation says.
 */
export const qualityWords = ['auto', 'auto:best', 'auto:good', 'auto:eco'] as const
export type QualityWord = (typeof qualityWords)[number]

/** Bytes: nothing that is written here is larger. */
export const mostBytes = 2 ** 31 - 1

const qualityShape = `must be a whole number from 1 to 100, or one of: ${qualityWords.join(', ')}`

export const outputSchema = z
  .strictObject({
    format: outputFormatSchema.optional().describe("Absent: the source's own format where browsers show it."),
    quality: z
      .union([whole(1, 100), z.enum(qualityWords)], { error: qualityShape })
      .optional()
      .describe('Absent: the default of the format.'),
    lossless: z.boolean().default(false),
    progressive: z.boolean().default(false).describe('Where the format knows it: JPEG, PNG, GIF.'),
    metadata: metadataPolicySchema.default('copyright'),
    gamut: gamutSchema.optional().describe('Absent: srgb.'),
    hdr: hdrSchema.optional().describe('Absent: PQ and HLG are tone-mapped, gain maps of JPEG are kept.'),
    frame: whole(0, frameLimit).optional().describe('Of an animation, counted from 0. Absent: all of them.'),
    maxBytes: whole(1, mostBytes)
      .optional()
      .describe('The file has no more: the quality of JPEG, WebP and AVIF is lowered for it.'),
  })
  .superRefine((output, context) => {
    if (output.lossless && (output.format === 'jpeg' || output.format === 'gif'))
      context.addIssue({ code: 'custom', path: ['lossless'], message: `${output.format} cannot be lossless` })
    if (output.lossless && output.quality !== undefined)
      context.addIssue({ code: 'custom', path: ['quality'], message: 'has no meaning beside lossless' })
  })
export type Output = z.output<typeof outputSchema>
