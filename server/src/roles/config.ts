import { z } from 'zod'
import { authConfigSchema } from '../auth/index.ts'
import { deliveryConfigSchema } from '../delivery/index.ts'
import { imagesConfigSchema } from '../images/index.ts'
import { jobsConfigSchema } from '../jobs/index.ts'
import { notifyConfigSchema } from '../notify/index.ts'
import { flag, integer, list } from '../platform/config/fields.ts'
import { logLevels } from '../platform/telemetry/logger.ts'
import { renderingConfigSchema } from '../rendering/config.ts'
import { workerConfigSchema } from '../worker/index.ts'

export const roleNames = ['gateway', 'auth', 'api', 'delivery', 'worker'] as const
export type RoleName = (typeof roleNames)[number]

const serverConfigSchema = z.object({
  host: z
    .string()
    .default('127.0.0.1')
    .meta({ env: 'HOST', description: 'Address to listen on. The default answers this machine only.' }),
  port: integer(0, 65_535).optional().meta({
    env: 'PORT',
    description:
      'Port to listen on; 0 takes a free one. 8080 where the gateway runs, else the port of the role.',
  }),
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .meta({
      env: 'PUBLIC_URL',
      description:
        'How the world reaches the service: every URL in an answer begins with it. The address it listens on without it.',
    }),
  dataDir: z
    .string()
    .min(1)
    .default('./data')
    .meta({ env: 'DATA_DIR', description: 'Folder of everything embedded: database, files, secrets.' }),
  secrets: z.string().optional().meta({
    env: 'SECRETS',
    description:
      'The text of a secrets.json that several processes share; made in the data folder without it.',
  }),
  roles: list(z.enum(roleNames))
    .pipe(z.array(z.enum(roleNames)).min(1))
    .default([...roleNames])
    .meta({
      env: 'ROLES',
      description: 'What runs in this process, a comma-separated subset of the default.',
    }),
  logLevel: z
    .enum(logLevels)
    .default('info')
    .meta({ env: 'LOG_LEVEL', description: logLevels.join(', ') }),
  corsOrigins: list(z.string()).default([]).meta({
    env: 'CORS_ORIGINS',
    description: 'Origins of other sites whose pages may call the API, comma-separated; * for any.',
  }),
  trustProxy: z.union([flag(), z.string()]).default(false).meta({
    env: 'TRUST_PROXY',
    description: 'Proxies whose X-Forwarded-* headers are believed: true, false, or addresses and CIDRs.',
  }),
  urlWindowMs: integer(60_000)
    .default(6 * 3_600_000)
    .meta({
      env: 'SIGNED_URL_WINDOW_MS',
      description: 'A signed URL stays the same for this long and works for one to two times as long.',
    }),
  cacheBytes: integer(0)
    .default(64 * 1024 ** 2)
    .meta({ env: 'CACHE_BYTES', description: 'What the memory cache may hold, in bytes.' }),
  requestTimeoutMs: integer(1_000).default(600_000).meta({
    env: 'REQUEST_TIMEOUT_MS',
    description: 'Longest time for one request, upload included, in milliseconds.',
  }),
  outboundAllow: list(z.string()).default([]).meta({
    env: 'OUTBOUND_ALLOW',
    description: 'CIDRs that imports and webhooks may reach although they are private.',
  }),
})

const partsConfigSchema = z.object({
  databaseUrl: z.string().default('embedded:').meta({
    env: 'DATABASE_URL',
    description: 'embedded: (a PostgreSQL in the data folder) or postgres://…',
  }),
  storageUrl: z.string().default('file:').meta({
    env: 'STORAGE_URL',
    description: 'file: (in the data folder) or s3://bucket?endpoint=…&region=…',
  }),
  queueUrl: z
    .string()
    .default('local:')
    .meta({ env: 'QUEUE_URL', description: 'local: (in this process), amqp://… or redis://…' }),
  cacheUrl: z.string().default('memory:').meta({ env: 'CACHE_URL', description: 'memory: or redis://…' }),
})

const upstreamUrl = z
  .string()
  .regex(/^(local:$|https?:\/\/|srv\+http:\/\/)/, 'must be local:, http://host:port or srv+http://name')
  .refine(
    (url) => !url.startsWith('https:'),
    'roles speak plain http to each other; put TLS in front or a mesh around',
  )
  .default('local:')

const upstreamsConfigSchema = z.object({
  auth: upstreamUrl.meta({
    env: 'UPSTREAM_AUTH',
    description:
      'Where the gateway finds auth: local: (this process), http://host:port (every address of the name) or srv+http://name.',
  }),
  api: upstreamUrl.meta({ env: 'UPSTREAM_API', description: 'Where the gateway finds api.' }),
  delivery: upstreamUrl.meta({ env: 'UPSTREAM_DELIVERY', description: 'Where the gateway finds delivery.' }),
  dnsServer: z.string().optional().meta({
    env: 'DNS_SERVER',
    description: "host:port of the DNS server for these names, e.g. Consul's; the system's without it.",
  }),
  discoveryUrl: z
    .url({ protocol: /^consul$/ })
    .optional()
    .meta({
      env: 'DISCOVERY_URL',
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
  auth: authConfigSchema,
  images: imagesConfigSchema,
  jobs: jobsConfigSchema,
  worker: workerConfigSchema,
  rendering: renderingConfigSchema,
  delivery: deliveryConfigSchema,
  notify: notifyConfigSchema,
})
export type Config = z.output<typeof configSchema>
