import { z } from 'zod'
import { flag, integer, list } from '../platform/config/fields.ts'
import { logLevels } from '../platform/telemetry/logger.ts'

export const roleNames = ['gateway', 'auth', 'api', 'delivery', 'worker'] as const
export type RoleName = (typeof roleNames)[number]

/** The process itself. Apart from the rooms' slices, which load the rooms: a health check runs every few seconds. */
export const serverConfigSchema = z.object({
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
    .url({ protocol: /^https?$/, abort: true, error: 'must be a URL that begins with http:// or https://' })
    .refine((url) => new URL(url).pathname === '/' && !/[?#]/.test(url), {
      error: 'must end with its host: give the service a name of its own, it cannot answer below a path',
    })
    .transform((url) => url.replace(/\/+$/, ''))
    .optional()
    .meta({
      env: 'PUBLIC_URL',
      description:
        'How the world reaches the service: every URL in an answer begins with it. Without it answers take the host that was asked, and what is sent later the address it listens on.',
    }),
  dataDir: z
    .string()
    .min(1)
    .default('./data')
    .meta({ env: 'DATA_DIR', description: 'Folder of everything embedded: database, files, secrets.' }),
  secrets: z.string().optional().meta({
    env: 'SECRETS',
    secret: 'all',
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
  offlinePage: flag().default(true).meta({
    env: 'OFFLINE_PAGE',
    description:
      'Whether the page keeps itself, and what an account saw lately, in the browser for when the service cannot be reached. false also deletes what browsers kept.',
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
  bodyTimeoutMs: integer(100).default(10_000).meta({
    env: 'BODY_TIMEOUT_MS',
    description:
      'Longest time for the headers of a request, and again for a body that is no upload, in milliseconds.',
  }),
  stopDelayMs: integer(0, 120_000).default(0).meta({
    env: 'STOP_DELAY_MS',
    description:
      'How long a process that was told to stop goes on answering while it says that it is not ready, so that balancers look elsewhere first.',
  }),
  stopDrainMs: integer(0, 3_600_000).default(10_000).meta({
    env: 'STOP_DRAIN_MS',
    description:
      'How long requests in progress may go on after that, in milliseconds; then they are cut off.',
  }),
  outboundAllow: list(z.string()).default([]).meta({
    env: 'OUTBOUND_ALLOW',
    description: 'CIDRs that imports and webhooks may reach although they are private.',
  }),
})
export type ServerConfig = z.output<typeof serverConfigSchema>
