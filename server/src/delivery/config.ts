import { z } from 'zod'

const bytes = z.coerce.number().int().nonnegative()
const seconds = z.coerce.number().int().nonnegative()
const milliseconds = z.coerce.number().int().positive()

/**
 * Widths that anyone may ask of a public image, in pixels: those of next/image (device and image sizes) and of
 * unpic up to 3840, so that their markup works without a signature.
 */
export const defaultLadder: readonly number[] = [
  32, 48, 64, 96, 128, 256, 384, 480, 640, 750, 828, 960, 1080, 1200, 1280, 1668, 1920, 2048, 2560, 3200,
  3840,
]

export const deliveryConfigSchema = z.object({
  memoryBytes: bytes
    .default(128 * 1024 * 1024)
    .describe('Renditions kept in memory, in bytes, least used go first.'),
  entryBytes: bytes
    .default(8 * 1024 * 1024)
    .describe('Largest rendition kept in memory or in the cache service, in bytes.'),
  cacheTtlMs: milliseconds.default(86_400_000).describe('How long the cache service keeps a rendition.'),
  storageBytes: bytes
    .default(10 * 1024 * 1024 * 1024)
    .describe(
      'Renditions made for URLs and kept in storage, in bytes, least recently used go first; presets stay.',
    ),
  factsTtlMs: milliseconds
    .default(5_000)
    .describe('After this, owner, visibility and version are read again behind the answer.'),
  factsLimitMs: milliseconds
    .default(30_000)
    .describe('Older facts are not used even when the database is away.'),
  aliasSeconds: seconds.default(60).describe('Freshness of URLs without a version.'),
  staleSeconds: seconds
    .default(86_400)
    .describe('How long a cache may show the old answer of such a URL while it fetches the new one.'),
  staleIfErrorSeconds: seconds.default(604_800),
  renderTimeoutMs: milliseconds.default(15_000).describe('A render for a URL is killed after this.'),
  exclusiveWaitMs: milliseconds
    .default(10_000)
    .describe('How long a process waits for another one that renders the same.'),
  outputSide: z.coerce
    .number()
    .int()
    .min(16)
    .max(32_767)
    .default(8192)
    .describe('Pixels, each side of a result.'),
  ladder: z
    .array(z.number().int().min(1).max(8192))
    .min(1)
    .default([...defaultLadder])
    .transform((widths) => [...new Set(widths)].sort((left, right) => left - right))
    .describe('Widths anyone may ask of a public image.'),
  autoWidth: z.coerce.number().int().positive().default(1080).describe('width=auto without client hints.'),
  avif: z
    .enum(['stored', 'later'])
    .default('stored')
    .describe('format=auto: AVIF only where it exists already, or also made for the next request.'),
})
export type DeliveryConfig = z.output<typeof deliveryConfigSchema>
