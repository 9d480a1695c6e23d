import { createHash } from 'node:crypto'
import { bulkChangeSchema, bulkQuerySchema, duplicatePolicySchema, foldersSchema } from '@rendition/contract'
import { recipeSchema } from '@rendition/contract/recipe'
import { z } from 'zod'
import type { NewJob } from '../jobs/index.ts'

/** What a `renditions` job is to do. */
export const renditionsInputSchema = z.object({
  version: z.number().int(),
  /** Preset names; null for all. */
  presets: z.array(z.string()).nullable(),
  /** The set of presets that it was asked for, where the service itself asked. */
  forSet: z.number().int().optional(),
})

/** What a `transform` job is to do. */
export const transformInputSchema = z.object({
  /** The steps asked for, to be put after those of the version they meet. */
  recipe: recipeSchema,
  save: z.boolean(),
  /** The version it is put on; null for a saved one that meets whatever is current in its turn. */
  version: z.number().int().nullable(),
})

/** What an `import` job is to do. */
export const importInputSchema = z.object({
  url: z.string(),
  originalName: z.string().nullable(),
  visibility: z.enum(['private', 'public']),
  tags: z.array(z.string()),
  keywordsAsTags: z.boolean().optional(),
  duplicates: duplicatePolicySchema.optional(),
})

/** What a `bulk` job is to do; either the ids or the query. */
export const bulkInputSchema = z.object({
  imageIds: z.array(z.string()).nullable(),
  query: bulkQuerySchema.nullable(),
  change: bulkChangeSchema,
  /** How far attempts before came; of a query by the last image that was looked at. */
  done: z
    .object({
      seen: z.number().int(),
      before: z.string().nullable(),
      changed: z.number().int(),
      refused: z.number().int(),
    })
    .optional(),
})

/** What an `export` job is to do. */
export const exportInputSchema = z.object({ exportId: z.string() })
/** What a `purge` job is to do. */
export const purgeInputSchema = z.object({ purgeId: z.string() })
/** What an `unpack` job is to do. */
export const unpackInputSchema = z.object({
  /** The upload that brought the archive. */
  uploadId: z.string(),
  visibility: z.enum(['private', 'public']),
  tags: z.array(z.string()),
  keywordsAsTags: z.boolean().optional(),
  duplicates: duplicatePolicySchema.optional(),
  folders: foldersSchema,
})

/** Equal work has equal keys: same kind, same image, same version, same recipe. */
export function workKeyOf(...parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}

/** The job that makes a version's presets. */
export function renditionsJob(
  ownerId: string,
  imageId: string,
  version: number,
  presets: readonly string[] | null = null,
): NewJob {
  const names = presets === null ? null : [...new Set(presets)].sort()
  return {
    ownerId,
    type: 'renditions',
    imageId,
    priority: 'interactive',
    input: { version, presets: names } satisfies z.input<typeof renditionsInputSchema>,
    workKey: workKeyOf('renditions', imageId, version, names),
  }
}

/** The same for the sake of a set of presets: equal to none that may have begun before there was that set. */
export function setJob(ownerId: string, imageId: string, version: number, forSet: number): NewJob {
  return {
    ...renditionsJob(ownerId, imageId, version),
    input: { version, presets: null, forSet } satisfies z.input<typeof renditionsInputSchema>,
    workKey: workKeyOf('renditions', imageId, version, null, forSet),
  }
}
