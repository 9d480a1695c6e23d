import { z } from 'zod'
import { authConfigSchema } from '../auth/index.ts'
import { deliveryConfigSchema } from '../delivery/index.ts'
import { imagesConfigSchema } from '../images/index.ts'
import { jobsConfigSchema } from '../jobs/index.ts'
import { notifyConfigSchema } from '../notify/index.ts'
import { integer } from '../platform/config/fields.ts'
import { limitsConfigSchema } from '../platform/limits/index.ts'
import { sentinelFault } from '../platform/redis/sentinel-url.ts'
import { receiptsConfigSchema } from '../receipts/index.ts'
import { renderingConfigSchema } from '../rendering/config.ts'
import { workerConfigSchema } from '../worker/index.ts'
import { serverConfigSchema } from './server-config.ts'
import { upstreamUrls } from './upstream-urls.ts'

export { type RoleName, roleNames } from './server-config.ts'

/** A URL of a part; where it names Redis by way of Sentinels, what is wrong with it is said at the start. */
const partUrl = () =>
  z.string().superRefine((url, context) => {
    const message = sentinelFault(url)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
  })

const partsConfigSchema = z.object({
  databaseUrl: z.string().default('embedded:').meta({
    env: 'DATABASE_URL',
    secret: 'address',
    description: 'embedded: (a PostgreSQL in the data folder) or postgres://…',
  }),
  databasePoolSize: integer(2, 500).default(10).meta({
    env: 'DATABASE_POOL_SIZE',
    description: 'Connections to PostgreSQL at most in one process, besides one to listen.',
  }),
  databaseStatementTimeoutMs: integer(1_000, 600_000).default(15_000).meta({
    env: 'DATABASE_STATEMENT_TIMEOUT_MS',
    description: 'Milliseconds after which PostgreSQL ends a statement; never one of a migration.',
  }),
  postgresBinaries: z.string().optional().meta({
    env: 'PG_BIN',
    description:
      'Folder of the initdb and postgres that an embedded database runs; the installed package without it.',
  }),
  diskReserveBytes: integer(0).optional().meta({
    env: 'DISK_RESERVE_BYTES',
    description:
      'Bytes to keep free on the disks of the data folder and of a file: storage: with less, nothing new is taken, so that deleting goes on. A tenth of the disk, a gibibyte at most, without it; 0 for none.',
  }),
  storageUrl: z.string().default('file:').meta({
    env: 'STORAGE_URL',
    secret: 'address',
    description: 'file: (in the data folder) or s3://bucket?endpoint=…&region=…',
  }),
  queueUrl: partUrl().default('local:').meta({
    env: 'QUEUE_URL',
    secret: 'address',
    description: 'local: (in this process), amqp://…, redis://… or redis+sentinel://…',
  }),
  cacheUrl: partUrl()
    .default('memory:')
    .meta({ env: 'CACHE_URL', secret: 'address', description: 'memory:, redis://… or redis+sentinel://…' }),
})

const upstream = () => upstreamUrls().default(['local:'])

const upstreamsConfigSchema = z.object({
  auth: upstream().meta({
    env: 'UPSTREAM_AUTH',
    secret: 'address',
    description:
      'Where the gateway finds auth: local: (this process), http://host:port (every address of the name; several, with commas) or srv+http://name.',
  }),
  api: upstream().meta({
    env: 'UPSTREAM_API',
    secret: 'address',
    description: 'Where the gateway finds api.',
  }),
  delivery: upstream().meta({
    env: 'UPSTREAM_DELIVERY',
    secret: 'address',
    description: 'Where the gateway finds delivery.',
  }),
  dnsServer: z.string().optional().meta({
    env: 'DNS_SERVER',
    description: "host:port of the DNS server for these names, e.g. Consul's; the system's without it.",
  }),
  discoveryUrl: z
    .url({ protocol: /^consul$/, error: 'must be a URL that begins with consul://' })
    .optional()
    .meta({
      env: 'DISCOVERY_URL',
      secret: 'address',
      description: 'consul://host:port of the agent to register each role at, with ?token= where needed.',
    }),
  advertisedAddress: z.string().optional().meta({
    env: 'ADVERTISED_ADDRESS',
    description: 'Address under which others reach this process; HOST without it.',
  }),
})

const imagingLimitsSchema = z.object({
  stillPixels: integer(1).default(100_000_000).meta({
    env: 'MAX_PIXELS',
    description: 'Most pixels of a still image.',
  }),
  animatedPixels: integer(1).default(50_000_000).meta({
    env: 'MAX_ANIMATED_PIXELS',
    description: 'Most pixels of an animation, all frames together.',
  }),
  frames: integer(1).default(300).meta({ env: 'MAX_FRAMES', description: 'Most frames of an animation.' }),
  side: integer(1, 65_535).default(32_767).meta({
    env: 'MAX_SIDE',
    description: 'Longest side of an image, in pixels.',
  }),
  outputSide: integer(1, 32_767).default(8_192).meta({
    env: 'MAX_OUTPUT_SIDE',
    description: 'Longest side of a result, in pixels.',
  }),
  outputPixels: integer(1).default(40_000_000).meta({
    env: 'MAX_OUTPUT_PIXELS',
    description: 'Most pixels of a result.',
  }),
})

/** Everything that can be configured, one slice for each room. */
export const configSchema = z.object({
  server: serverConfigSchema,
  parts: partsConfigSchema,
  upstreams: upstreamsConfigSchema,
  limits: imagingLimitsSchema,
  requestLimits: limitsConfigSchema,
  auth: authConfigSchema,
  images: imagesConfigSchema,
  jobs: jobsConfigSchema,
  worker: workerConfigSchema,
  rendering: renderingConfigSchema,
  delivery: deliveryConfigSchema,
  notify: notifyConfigSchema,
  receipts: receiptsConfigSchema,
})
export type Config = z.output<typeof configSchema>
