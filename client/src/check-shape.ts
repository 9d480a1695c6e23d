import {
  eventSchema,
  explanationSchema,
  imageSchema,
  imageStatusViewSchema,
  jobSchema,
  pageSchema,
  sessionTokensSchema,
  uploadBatchSchema,
  uploadedImageSchema,
  userSchema,
} from '@rendition/contract'
import { type ZodType, z } from 'zod'
import type { ShapeCheck, ShapeName } from './shape.ts'

const schemas: Record<ShapeName, ZodType> = {
  SessionTokens: sessionTokensSchema,
  User: userSchema,
  Image: imageSchema,
  ImagePage: pageSchema(imageSchema),
  ImageStatus: imageStatusViewSchema,
  Explanation: explanationSchema,
  Upload: z.union([uploadedImageSchema, uploadBatchSchema]),
  Job: jobSchema,
  JobPage: pageSchema(jobSchema),
  Event: eventSchema,
}

/** Parses answers with the schemas of the contract. A module of its own, so that a page need not load the schemas. */
export const checkShape: ShapeCheck = (shape, value) => {
  const result = schemas[shape].safeParse(value)
  if (!result.success) throw new TypeError(`The answer is no ${shape}: ${z.prettifyError(result.error)}`)
}
