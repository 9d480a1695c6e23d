import { z } from 'zod'
import { idSchema } from './fields.ts'

/** `GET /api/images/:id/explain?…`: how a delivery URL is understood. */
export const explanationSchema = z
  .object({
    imageId: idSchema,
    version: z.number().int(),
    kind: z.enum(['original', 'rendition']).describe('The bytes as uploaded, or a picture made from them.'),
    steps: z.array(z.record(z.string(), z.unknown())).describe('Operations on the original, in order.'),
    output: z.record(z.string(), z.unknown()),
    canonical: z.string().describe('The one text of the recipe; equal pictures have equal texts.'),
    query: z.string().nullable().describe('The same in the shortest query, null when a query cannot say it.'),
    key: z.string().nullable().describe('The rendition key: version, recipe and engine epoch, hashed.'),
    url: z.string().describe('Ready for <img src>: signed by us for the owner, else as it was asked.'),
    source: z
      .object({
        kind: z.enum(['original', 'level']),
        width: z.number().int(),
        height: z.number().int(),
        why: z.string(),
      })
      .describe('What the picture is made from.'),
    quality: z
      .object({
        value: z.number().int().nullable().describe('null: the default of the format, or nothing is lost.'),
        target: z.enum(['best', 'good', 'eco']).nullable().describe('null: no measurement decides.'),
        why: z.string(),
      })
      .nullable()
      .describe('How strongly it is compressed; null for an original.'),
    format: z.object({ name: z.string().nullable(), negotiated: z.boolean(), why: z.string() }),
    cache: z.object({
      layer: z.enum(['memory', 'cache', 'storage', 'none']).describe('Where the picture lies now.'),
      cacheControl: z.string(),
    }),
    access: z.enum(['open', 'signature']).describe('Whether a stranger needs a signature for it.'),
    warnings: z.array(z.string()),
  })
  .meta({ id: 'Explanation' })
export type Explanation = z.infer<typeof explanationSchema>

export const markupQuerySchema = z.strictObject({
  sizes: z
    .string()
    .max(500)
    .regex(/^[^"<>&]*$/, { error: 'must be the value of a sizes attribute' })
    .default('100vw')
    .describe('The sizes attribute: how wide the picture is shown.'),
  widths: z
    .string()
    .regex(/^\d{1,5}(,\d{1,5}){0,19}$/, { error: 'must be up to 20 widths, with commas between' })
    .optional()
    .describe('Pixels; the ladder, up to the picture, when absent.'),
  loading: z.enum(['lazy', 'eager']).default('lazy'),
})
export type MarkupQuery = z.infer<typeof markupQuerySchema>

/** `GET /api/images/:id/markup`: what to paste into a page. */
export const markupSchema = z
  .object({
    html: z.string().describe('One <picture> element.'),
    src: z.string(),
    srcset: z.string(),
    sizes: z.string(),
    width: z.number().int(),
    height: z.number().int(),
    alt: z.string(),
    sources: z.array(z.object({ type: z.string(), srcset: z.string() })),
    placeholder: z.string().nullable().describe('A data: URL of the ThumbHash, for the background.'),
  })
  .meta({ id: 'Markup' })
export type Markup = z.infer<typeof markupSchema>
