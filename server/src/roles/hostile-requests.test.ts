// @module-tag slow/any-input
import { allScopes, isFailure } from '@rendition/contract'
import { parseParameters } from '@rendition/contract/recipe'
import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { loadConfig } from '../platform/config/load.ts'
import { type App, createApp } from '../platform/http/app.ts'
import type { Principal } from '../platform/http/principal.ts'
import { createLogger } from '../platform/telemetry/logger.ts'
import { configSchema } from './config.ts'
import { mountInert } from './openapi.ts'
import { describeOperations, type Operation, type Schema } from './testing/api-description.ts'

/** Whoever may do anything is refused for what is sent, not for who sends it. */
const everything: Principal = {
  userId: '019c0000-0000-7000-8000-00000000000a',
  role: 'admin',
  email: null,
  username: 'root',
  scopes: new Set(allScopes),
  sessionId: null,
  keyId: null,
  expiresAt: null,
}

let app: App
let operations: Operation[]
/** Milliseconds of a core from which a request stalls the process: on a slow machine, everything takes longer. */
let stallMs = Number.POSITIVE_INFINITY
beforeAll(async () => {
  app = createApp({
    log: createLogger('silent'),
    authenticate: async () => everything,
    requestTimeoutMs: 60_000,
  })
  await mountInert(
    app,
    '0.0.0',
    loadConfig(configSchema, {}, () => ''),
  )
  await app.ready()
  operations = await describeOperations()
  stallMs = await measureStall()
}, 60_000)
afterAll(() => app.close())

const id = '019c0000-0000-7000-8000-000000000000'
const many = 80_000

/** Many times what a small request costs that is refused as well; 100 ms are nowhere too long. */
async function measureStall(): Promise<number> {
  const costs: number[] = []
  const headers = { 'content-type': 'application/json' }
  for (let n = 0; n < 51; n += 1)
    costs.push((await send({ method: 'POST', url: '/api/jobs', payload: '{"wrong":1}', headers })).ms)
  const [typical = 0] = costs.sort((a, b) => a - b).slice(25)
  return Math.max(100, 100 * typical)
}

/** Sends it; what it costs in milliseconds of a core, the least of three: another program's turn is not ours. */
async function send(request: InjectOptions): Promise<{ status: number; bytes: number; ms: number }> {
  let least = Number.POSITIVE_INFINITY
  for (let attempt = 1; ; attempt += 1) {
    const before = process.cpuUsage()
    const { statusCode, rawPayload } = await app.inject(request)
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / 1_000)
    if (least < stallMs || attempt === 3) return { status: statusCode, bytes: rawPayload.length, ms: least }
  }
}

type Answer = Awaited<ReturnType<typeof send>>

function cheap(answer: Answer, what: string): void {
  expect(answer.bytes, what).toBeLessThan(100_000)
  expect(answer.ms, what).toBeLessThan(stallMs)
}

/** Cheap, and refused for what was sent: not for who sends it, and not by a fault of ours. */
function harmless(answer: Answer, what: string): void {
  // A body without a token is none there, and then it is the caller who has none.
  const nobody = what.startsWith('POST /api/auth/verify:') ? [401] : []
  expect([what, answer.status]).toEqual([what, expect.toBeOneOf([400, 404, 413, 415, 422, ...nobody])])
  cheap(answer, what)
}

/** Paths of the lists of a body, however deep. */
function listsOf(schema: Schema, path: string[] = []): string[][] {
  const inner = ['anyOf', 'oneOf', 'allOf'].flatMap((key) => (schema[key] as Schema[] | undefined) ?? [])
  return [
    ...([schema.type ?? []].flat().includes('array') ? [path] : []),
    ...inner.flatMap((one) => listsOf(one, path)),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, one]) => listsOf(one, [...path, name])),
  ]
}
const at = (path: readonly string[], json: string): string =>
  path.reduceRight((inner, name) => `{${JSON.stringify(name)}:${inner}}`, json)
const listOf = (length: number, item: string): string => `[${Array(length).fill(item).join(',')}]`
const keys = (length: number, name: (n: number) => string): string =>
  `{${Array.from({ length }, (_, n) => `${JSON.stringify(name(n))}:1`).join(',')}}`

const bodies: [string, string][] = [
  [`a list of ${many}`, listOf(many, '1')],
  ['a list that fits', listOf(10_000, '1')],
  [`${many} unknown keys`, keys(many, (n) => `k${n}`)],
  ['as many keys as fit', keys(4_000, (n) => `k${n}`)],
  ['as many keys as are read', keys(200, (n) => `${n}${'k'.repeat(250)}`)],
  [`one key ${many} times`, keys(many, () => 'k')],
  ['one key 4,000 times', keys(4_000, () => 'k')],
  ['a key of 60,000 characters', keys(1, () => 'k'.repeat(60_000))],
  ['lists 100,000 deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ['lists 30,000 deep', `${'['.repeat(30_000)}${']'.repeat(30_000)}`],
  ['objects 10,000 deep', `${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}`],
  ['brackets without an end', '['.repeat(60_000)],
  ['a text without an end', `{"a":"${'\\'.repeat(60_001)}`],
  ['a text of 60,000 quotes', `["${'\\"'.repeat(30_000)}"]`],
  ['a text of a megabyte', JSON.stringify('x'.repeat(1_000_000))],
  ['a text of 60,000', JSON.stringify('x'.repeat(60_000))],
  ['a number of 60,000 digits', '9'.repeat(60_000)],
  ['the prototype', '{"__proto__":{"admin":true}}'],
  ['the prototype, spelled', '{"\\u005f_proto__":{"admin":true}}'],
  ['a constructor', '{"constructor":{"prototype":{"admin":true}}}'],
]

it('no body of any route stalls the process, or is answered at length', async () => {
  const takers = operations.filter(({ body }) => body !== null)
  expect(takers.length).toBeGreaterThan(10)
  let lists = 0
  for (const { method, path, body } of takers) {
    const url = path.replaceAll(/\{\w+\}/g, id)
    const attacks = [...bodies]
    for (const list of listsOf(body ?? {})) {
      lists += 1
      for (const length of [many, 12_500, 10_001, 2_000])
        for (const item of ['"wrong"', '1', 'null', '{}', '[]', `"${id}"`])
          attacks.push([`${length} of ${item} in ${list.join('.')}`, at(list, listOf(length, item))])
    }
    const texts = Object.entries(body?.properties ?? {}).map(([name]) => name)
    for (const name of texts) {
      attacks.push([`a long ${name}`, at([name], JSON.stringify('x'.repeat(60_000)))])
      attacks.push([
        `many keys in ${name}`,
        at(
          [name],
          keys(200, (n) => `${'k'.repeat(200)}${n}`),
        ),
      ])
    }
    for (const [what, payload] of attacks) {
      const answer = await send({
        method: method as 'POST',
        url,
        payload,
        headers: { 'content-type': 'application/json' },
      })
      harmless(answer, `${method} ${path}: ${what}`)
    }
  }
  expect(lists).toBeGreaterThan(5)
}, 300_000)

it('no query of any route does', async () => {
  for (const { method, path, parameters } of operations) {
    // Delivery reads its queries itself (below); what the gateway asks on behalf of others has nobody to ask here.
    if (path.includes('JobStatus')) continue
    if (!path.startsWith('/api/') || path.includes('/explain') || path.includes('health')) continue
    const url = path.replaceAll(/\{\w+\}/g, id)
    const declared = parameters.filter((one) => one.in === 'query').map(({ name }) => name)
    const ask = (query: string) => {
      const headers = method === 'GET' ? {} : { 'content-type': 'application/json' }
      return send({ method: method as 'GET', url: `${url}?${query}`, headers })
    }
    for (const name of declared)
      for (const query of [`${name}=1&`.repeat(2_000), `${name}=${'9'.repeat(8_000)}`])
        harmless(await ask(query), `${method} ${path}?${query.slice(0, 20)}`)
    // What no schema names may be passed over, and then the handler answers.
    for (const query of ['x=1&'.repeat(2_000), '__proto__=1&'.repeat(2_000), 'x[]=1&'.repeat(2_000)])
      cheap(await ask(query), `${method} ${path}?${query.slice(0, 20)}`)
  }
}, 300_000)

it('parameters of a picture are refused with twenty faults at most', () => {
  const before = process.cpuUsage()
  let errors: unknown
  try {
    parseParameters(
      Array.from({ length: many }, (_, n): [string, string] => [n % 2 ? 'width' : `k${n}`, 'x'.repeat(20)]),
    )
  } catch (error) {
    errors = isFailure(error) ? error.errors : error
  }
  expect(errors).toHaveLength(20)
  expect(JSON.stringify(errors).length).toBeLessThan(20_000)
  expect(process.cpuUsage(before).user / 1_000).toBeLessThan(20 * stallMs)
})
