import { defaultLadder } from '@rendition/contract/delivery'
import { metadataPolicySchema } from '@rendition/contract/recipe'
import { z } from 'zod'
import { integer } from '../platform/config/fields.ts'

const mebibyte = 1024 ** 2

const bucketUrlShape = 'must be https://host or https://host/bucket, and nothing else'

/** What a client would send of it: the host in lower case, no usual port, no dots to resolve. */
const bucketUrl = z
  .url({ protocol: /^https?$/, error: bucketUrlShape })
  .transform((text) => new URL(text))
  .refine(
    ({ username, password, search, hash, pathname }) =>
      username + password + search + hash === '' && /^(\/[\w.~-]+)*\/?$/.test(pathname),
    bucketUrlShape,
  )
  .transform(({ origin, pathname }) => origin + pathname.replace(/\/+$/, ''))

/** Sizes in pixels, with commas between, each once and smallest first. */
const sizes = (least: number) =>
  z
    .string()
    .transform((text) => (text.trim() === 'none' ? [] : text.split(',').map((size) => Number(size.trim()))))
    .pipe(z.array(z.number().int().min(1).max(8192)).min(least).max(64))
    .transform((all) => [...new Set(all)].sort((left, right) => left - right))

/** What delivery keeps, for how long, and what anyone may ask for. */
export const deliveryConfigSchema = z.object({
  memoryBytes: integer(0)
    .default(128 * mebibyte)
    .meta({
      env: 'DELIVERY_MEMORY_BYTES',
      description: 'Renditions kept in memory, in bytes; the least recently used go first.',
    }),
  entryBytes: integer(0)
    .default(8 * mebibyte)
    .meta({
      env: 'DELIVERY_ENTRY_BYTES',
      description: 'Largest rendition kept in memory or in the cache service, in bytes.',
    }),
  cacheTtlMs: integer(1).default(86_400_000).meta({
    env: 'DELIVERY_CACHE_TTL_MS',
    description: 'How long the cache service keeps a rendition, in milliseconds.',
  }),
  storageBytes: integer(0)
    .default(10 * 1024 * mebibyte)
    .meta({
      env: 'DELIVERY_STORAGE_BYTES',
      description: 'Renditions made for URLs and kept in storage, in bytes; presets do not count and stay.',
    }),
  /** After this, owner, visibility and version are read again behind the answer. */
  factsTtlMs: integer(1).default(5_000),
  /** Older facts are not used even when the database is away. */
  factsLimitMs: integer(1).default(30_000),
  aliasSeconds: integer(0).default(60).meta({
    env: 'DELIVERY_ALIAS_SECONDS',
    description: 'How long caches may keep the answer of a URL without a version, in seconds.',
  }),
  /** How long a cache may show the old answer of such a URL while it fetches the new one. */
  staleSeconds: integer(0).default(86_400),
  staleIfErrorSeconds: integer(0).default(604_800),
  renderTimeoutMs: integer(1).default(15_000).meta({
    env: 'DELIVERY_RENDER_TIMEOUT_MS',
    description: 'A render for a URL is killed after this, in milliseconds.',
  }),
  /** A client that takes no byte of its answer for so long is let go. */
  idleMs: integer(1).default(60_000),
  /** How long a process waits for another one that renders the same. */
  exclusiveWaitMs: integer(1).default(10_000),
  outputSide: integer(16, 32_767)
    .default(8192)
    .meta({ env: 'DELIVERY_OUTPUT_SIDE', description: 'Largest side that a URL may ask for, in pixels.' }),
  ladder: sizes(1)
    .default([...defaultLadder])
    .meta({
      env: 'DELIVERY_LADDER',
      description: 'Widths in pixels, with commas between, that anyone may ask of a public image.',
    }),
  levels: sizes(0).default([512, 660, 832, 1064, 1344, 1710, 2176]).meta({
    env: 'DELIVERY_LEVELS',
    description:
      'Long sides in pixels, with commas between, of the JPEGs that are kept of every large picture to make smaller ones from, or `none`. The same in every process.',
  }),
  metadataPublic: metadataPolicySchema.exclude(['strip', 'keep']).default('copyright').meta({
    env: 'METADATA_PUBLIC',
    description:
      'The most that renditions of a public image, and those of a share, tell beside their pixels, whatever a preset says: copyright (artist, copyright and whom to name) or details (also camera, exposure, titles; never the place).',
  }),
  metadataSigned: metadataPolicySchema.exclude(['strip']).default('details').meta({
    env: 'METADATA_SIGNED',
    description:
      'The same for whoever holds a signed URL. keep gives them the place and serial numbers too; otherwise these are for the owner alone, who asks with a credential.',
  }),
  /** `width=auto` without client hints. */
  autoWidth: integer(1).default(1080),
  directUrl: bucketUrl.optional().meta({
    env: 'DELIVERY_DIRECT_URL',
    description:
      'The bucket of STORAGE_URL=s3:// as clients reach it, e.g. https://pictures.s3.eu-central-1.amazonaws.com: GET of an original is then answered with a redirect to a presigned link there. Without it the service sends originals itself.',
  }),
  directSeconds: integer(30, 3_600).default(300).meta({
    env: 'DELIVERY_DIRECT_SECONDS',
    description:
      'How long such a link works, in seconds. At least half of that is left when it is given, or what is left of the signed URL that asked.',
  }),
  directBytes: integer(0).default(mebibyte).meta({
    env: 'DELIVERY_DIRECT_BYTES',
    description: 'Originals of fewer bytes are sent by the service: another connection would take longer.',
  }),
  sendfile: z.enum(['off', 'x-accel-redirect', 'x-sendfile']).default('off').meta({
    env: 'DELIVERY_SENDFILE',
    description:
      'Stored pictures of STORAGE_URL=file: are sent by the front server: x-accel-redirect for nginx, x-sendfile for Apache. Needs DELIVERY_SENDFILE_SECRET.',
  }),
  sendfileSecret: z
    .string()
    .regex(/^[\x21-\x7e]{16,256}$/, 'must be 16 to 256 characters that a header may hold, without spaces')
    .optional()
    .meta({
      env: 'DELIVERY_SENDFILE_SECRET',
      secret: 'all',
      description:
        'What the front server says of itself in X-Rendition-Front of every request: whoever does not is sent the bytes by the service.',
    }),
  sendfileBytes: integer(0).default(mebibyte).meta({
    env: 'DELIVERY_SENDFILE_BYTES',
    description:
      'Pictures of fewer bytes are sent by the service, from its memory when they are asked for again: the decision costs more than their bytes.',
  }),
  avif: z.enum(['stored', 'later']).default('later').meta({
    env: 'DELIVERY_AVIF',
    description:
      'format=auto gives AVIF where it exists: `later` also makes it behind the answers, for who asks next; `stored` makes none.',
  }),
  avifAfter: integer(1, 1_000_000).default(1).meta({
    env: 'DELIVERY_AVIF_AFTER',
    description:
      'How often a picture must have been asked for within a day, in one process, by clients that take AVIF, before it is made in it.',
  }),
})
export type DeliveryConfig = z.output<typeof deliveryConfigSchema>
