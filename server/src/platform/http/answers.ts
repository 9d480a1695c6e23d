import { z } from 'zod'

/** Of a 204. */
export const noContent = z.null().describe('Done.')

const bytes = z.any().meta({ type: 'string', format: 'binary' })

/** An answer that is a picture, for the response schemas of a route. */
export const picture = (description: string) => ({
  description,
  content: { 'image/*': { schema: bytes } },
})

/** An answer of bytes of this type. */
export const file = (type: string, description: string) => ({
  description,
  content: { [type]: { schema: bytes } },
})

/** An answer that is a picture or says something as JSON. */
export const pictureOr = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema }, 'image/*': { schema: bytes } },
})

/** An answer of text that is not JSON. */
export const textAnswer = (type: string, description: string) => ({
  description,
  content: { [type]: { schema: z.string() } },
})
