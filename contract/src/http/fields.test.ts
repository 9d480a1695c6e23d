import { describe, expect, it } from 'vitest'
import { apiKeyRequestSchema } from './auth.ts'
import { imageChangeSchema, imageListQuerySchema, importRequestSchema } from './images.ts'
import { jobRequestSchema, transformRequestSchema } from './jobs.ts'
import { webhookRequestSchema } from './webhooks.ts'

const imageId = '019c0000-0000-7000-8000-000000000000'
const url = 'https://example.org/a'
/** Every text that is stored or compared with what is, in a request that is otherwise right. */
const requests = [
  ['description', (text: string) => webhookRequestSchema.safeParse({ url, description: text })],
  ['url', (text: string) => webhookRequestSchema.safeParse({ url: url + text })],
  [
    'idempotencyKey',
    (text: string) => jobRequestSchema.safeParse({ imageId, type: 'transform', idempotencyKey: text }),
  ],
  [
    'webhookUrl',
    (text: string) => jobRequestSchema.safeParse({ imageId, type: 'transform', webhookUrl: url + text }),
  ],
  [
    'idempotencyKey',
    (text: string) => transformRequestSchema.safeParse({ saveImage: true, idempotencyKey: text }),
  ],
  ['originalName', (text: string) => imageChangeSchema.safeParse({ originalName: text })],
  ['altText', (text: string) => imageChangeSchema.safeParse({ altText: text })],
  ['tags.0', (text: string) => imageChangeSchema.safeParse({ tags: [text] })],
  ['url', (text: string) => importRequestSchema.safeParse({ url: url + text })],
  ['q', (text: string) => imageListQuerySchema.safeParse({ q: text })],
  ['name', (text: string) => apiKeyRequestSchema.safeParse({ name: text })],
  ['cursor', (text: string) => imageListQuerySchema.safeParse({ cursor: text })],
] as const

describe.each(requests)('%s', (path, parse) => {
  it.each(['a\u0000b', '\ud800', 'x\udc00y'])(
    'refuses %j, which no database keeps, with its path',
    (text) => {
      const { error } = parse(text)
      expect([...new Set(error?.issues.map((issue) => issue.path.join('.')))]).toEqual([path])
    },
  )
  it('takes letters beyond the first plane', () => {
    expect(parse('é🖼️').error).toBeUndefined()
  })
})
