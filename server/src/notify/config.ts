import { z } from 'zod'
import { integer, list } from '../platform/config/fields.ts'

const header = z
  .string()
  .transform((text) => /^([\w!#$%&'*+.^`|~-]+):\s*([\t\x20-\x7e]+)$/.exec(text))
  .refine((match) => match !== null, 'must be headers, Name: value, with commas between')
  .transform((match): readonly [string, string] => [match?.[1] ?? '', match?.[2] ?? ''])

export const notifyConfigSchema = z.object({
  streamsPerUser: integer(1, 10_000).default(20).meta({
    env: 'EVENT_STREAMS_PER_USER',
    description: 'Open WebSocket and SSE connections of one account, per process.',
  }),
  webhookDisableDays: integer(1, 365).default(5).meta({
    env: 'WEBHOOK_DISABLE_DAYS',
    description: 'Days of nothing but failures after which a webhook is turned off.',
  }),
  webhookAnswers: z.enum(['auto', 'keep', 'drop']).default('auto').meta({
    env: 'WEBHOOK_ANSWERS',
    description:
      'Whether the first 1024 bytes of what a webhook endpoint answers are kept for its owner to read. auto: unless OUTBOUND_ALLOW opens private addresses, whose answers may not be for everybody.',
  }),
  purgeUrls: list(
    z.url({ protocol: /^https?$/, error: 'must be a URL that begins with http:// or https://' }),
  )
    .default([])
    .meta({
      env: 'PURGE_URL',
      secret: 'address',
      description:
        'Where caches in front of the service are told to forget the pictures of an image that changed; several with commas, private addresses too. Read by the role api.',
    }),
  purgeSecret: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/, 'must be whsec_ and 24 bytes or more in base64')
    .optional()
    .meta({
      env: 'PURGE_SECRET',
      secret: 'all',
      description: 'Signs purges as webhooks are signed: whsec_ and base64.',
    }),
  purgeHeaders: list(header).default([]).meta({
    env: 'PURGE_HEADERS',
    secret: 'all',
    description: 'Headers of every purge, Name: value, with commas between: the token of a CDN, for one.',
  }),
})
export type NotifyConfig = z.output<typeof notifyConfigSchema>
