import { z } from 'zod'
import { idSchema, timeSchema } from './fields.ts'
import { presetName } from './shares.ts'

const number = z.number().int()
const setNumber = z.number().int().min(1).max(2_147_483_647)
const parameters = z.record(z.string(), z.string())

/** One preset, in both spellings of its recipe. */
export const presetSchema = z
  .object({
    name: presetName,
    recipe: z
      .object({
        v: z.literal(1),
        steps: z.array(z.record(z.string(), z.unknown())),
        output: z.record(z.string(), z.unknown()),
      })
      .describe('Its operations in their order, and how the file is written.'),
    parameters: parameters
      .nullable()
      .describe('The recipe as parameters of a URL; null where it is too long for one.'),
  })
  .meta({ id: 'Preset' })
export type PresetView = z.output<typeof presetSchema>

/** Whoever wants to see its pictures asks for this state again. */
const comingSchema = z.object({
  version: setNumber,
  presets: z.array(presetSchema),
  startedAt: timeSchema,
  total: number.describe('Versions of images whose presets are made for it.'),
  done: number.describe('Of them, how many have theirs.'),
  failed: number.describe('Of those, of how many not everything could be made.'),
})

/** What is in force, and what is being made. */
export const presetStateSchema = z
  .object({
    source: z
      .enum(['configuration', 'data'])
      .describe('configuration: the variable PRESETS is set, and nothing here can be changed.'),
    version: setNumber.nullable().describe('Number of the set in force; null of the configuration.'),
    presets: z.array(presetSchema).describe('`original` is always there and not among them.'),
    inForceSince: timeSchema.nullable(),
    coming: comingSchema
      .nullable()
      .describe('The set that is being made; until all of it is there the other is in force.'),
  })
  .meta({ id: 'PresetState' })
export type PresetStateView = z.output<typeof presetStateSchema>

/** What a change would cost, judged from what is recorded. */
export const presetEstimateSchema = z
  .object({
    changes: z.array(
      z.object({
        name: presetName,
        kind: z.enum(['added', 'changed', 'removed', 'same']),
        renditions: number.describe('To be made.'),
        bytes: number.describe('Of those.'),
      }),
    ),
    versions: number.describe('Versions of images that are gone through.'),
    renditions: number.describe('To be made, all presets together.'),
    bytes: number.describe('That they would take.'),
    leftBytes: number.describe(
      'Of presets that are not needed any more: kept for as long as there is room for what URLs made.',
    ),
    seconds: number
      .nullable()
      .describe('At least, with the workers there are now; null where no job was recorded.'),
    basis: z
      .object({
        versions: number.describe('Versions that were looked at, drawn at random.'),
        renditions: number.describe('Their stored renditions, whose bytes a pixel were taken.'),
        jobs: number.describe('Finished jobs whose time was taken.'),
        slots: number.describe('Jobs that the workers of now do at once.'),
      })
      .describe('What it was judged from.'),
  })
  .meta({ id: 'PresetEstimate' })
export type PresetEstimate = z.output<typeof presetEstimateSchema>

/** One set of the history. */
export const presetSetSchema = z
  .object({
    version: setNumber,
    presets: z.array(presetSchema),
    note: z.string().nullable(),
    restoredFrom: setNumber.nullable().describe('The set that it was copied from.'),
    createdAt: timeSchema,
    createdBy: idSchema.nullable().describe('The account; null for the set that the service came with.'),
    state: z.enum(['coming', 'in_force', 'earlier']),
  })
  .meta({ id: 'PresetSet' })
export type PresetSetView = z.output<typeof presetSetSchema>

export const presetSetListQuerySchema = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  before: z.coerce
    .number()
    .int()
    .min(1)
    .max(2_147_483_647)
    .optional()
    .describe('Sets with a smaller number.'),
})
export type PresetSetListQuery = z.input<typeof presetSetListQuerySchema>

export const presetSetPageSchema = z
  .object({ items: z.array(presetSetSchema), nextBefore: setNumber.nullable() })
  .meta({ id: 'PresetSetPage' })
export type PresetSetPage = z.output<typeof presetSetPageSchema>

export const presetSetParamsSchema = z.object({
  n: z.coerce.number().int().min(1).max(2_147_483_647),
})
/** What a change was made from, as `ETag` of `GET /api/presets` gave it. */
export const presetMatchSchema = z.object({ 'if-match': z.string().min(1).max(200) })
