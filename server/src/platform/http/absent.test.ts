import { afterEach, expect, it } from 'vitest'
import { z } from 'zod'
import { createLogger } from '../telemetry/logger.ts'
import { withoutNull } from './absent.ts'
import { type App, createApp } from './app.ts'
import { anyone } from './rights.ts'

let app: App
afterEach(() => app?.close())

const bodySchema = z.strictObject({
  name: z.string().optional(),
  size: z.number().default(7),
  /** Cleared by null. */
  text: z.string().nullable().optional(),
  tags: z.array(z.string()).optional(),
  inner: z.object({ width: z.number().optional() }).optional(),
  steps: z
    .array(
      z.discriminatedUnion('op', [
        z.strictObject({ op: z.literal('crop'), x: z.number(), y: z.number().optional() }),
        z.strictObject({ op: z.literal('blur'), sigma: z.number().optional() }),
      ]),
    )
    .optional(),
  point: z
    .union([z.literal('centre'), z.strictObject({ x: z.number(), y: z.number().optional() })])
    .optional(),
  needed: z.string(),
})
const querySchema = z.strictObject({
  limit: z.coerce.number().int().min(1).default(50),
  wait: z.coerce.number().min(0).default(30),
  tag: z.union([z.string(), z.array(z.string())]).optional(),
})

function open(): App {
  app = createApp({ log: createLogger('silent'), requestTimeoutMs: 5_000, authenticate: async () => null })
  const config = { limit: 'none' as const, rights: anyone }
  app.post('/body', { config, schema: { body: bodySchema } }, async ({ body }) => body)
  app.get('/query', { config, schema: { querystring: querySchema } }, async ({ query }) => query)
  return app
}
const post = async (payload: object) => {
  const answer = await open().inject({ method: 'POST', url: '/body', payload })
  return [answer.statusCode, answer.json()]
}
const paths = (problem: { errors: { path: string }[] }) => problem.errors.map(({ path }) => path)

it.each<[string, object, object]>([
  ['a field', { name: null }, {}],
  ['a field with a default', { size: null }, {}],
  ['a field of an object within', { inner: { width: null } }, { inner: {} }],
  [
    'a field of an object in a list',
    { steps: [{ op: 'crop', x: 1, y: null }] },
    { steps: [{ op: 'crop', x: 1 }] },
  ],
  ['a field of one of several forms', { point: { x: 1, y: null } }, { point: { x: 1 } }],
  ['one of several forms itself', { point: null }, {}],
  ['several at once', { name: null, tags: null, inner: null, steps: null }, {}],
])('null counts as absent: %s', async (_what, given, kept) => {
  expect(await post({ needed: 'x', ...given })).toEqual([200, { needed: 'x', size: 7, ...kept }])
})

it('null that says something is heard', async () => {
  expect(await post({ needed: 'x', name: null, text: null })).toEqual([
    200,
    { needed: 'x', size: 7, text: null },
  ])
})

it.each<[string, object, string]>([
  ['in a list', { needed: 'x', tags: ['a', null] }, 'tags.1'],
  ['for what is needed', { needed: null }, 'needed'],
  ['for what an operation needs', { needed: 'x', steps: [{ op: 'crop', x: null }] }, 'steps.0.x'],
  ['under a name that is not known', { needed: 'x', nmae: null }, 'nmae'],
])('null stays a fault: %s', async (_what, given, path) => {
  const [status, problem] = await post(given)
  expect([status, paths(problem)]).toEqual([400, [path]])
})

it('a fault beside it is told as ever', async () => {
  const [status, problem] = await post({ needed: 'x', name: null, size: 'large' })
  expect([status, paths(problem)]).toEqual([400, ['size']])
})

it('a body that is null is no object', () => {
  expect(withoutNull(bodySchema, null)).toBeNull()
})

it.each<[string, object]>([
  ['limit=&wait=&tag=', { limit: 50, wait: 30 }],
  ['limit=5&wait=0', { limit: 5, wait: 0 }],
  ['tag=&tag=a&tag=', { limit: 50, wait: 30, tag: 'a' }],
  ['tag=a&tag=&tag=b', { limit: 50, wait: 30, tag: ['a', 'b'] }],
  ['tag=&tag=', { limit: 50, wait: 30 }],
])('an empty value of a query counts as absent: ?%s', async (query, kept) => {
  const answer = await open().inject({ url: `/query?${query}` })
  expect([answer.statusCode, answer.json()]).toEqual([200, kept])
})

it.each(['limt=', 'limit=0', 'limit=x'])('a typing error stays one: ?%s', async (query) => {
  expect((await open().inject({ url: `/query?${query}` })).statusCode).toBe(400)
})
