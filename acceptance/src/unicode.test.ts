// @module-tag slow/any-input
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { type Api, createApi, type ImageBody } from './api.ts'
import { jpeg } from './pictures.ts'

/*
 * Every class of characters through every text that a route takes. The routes and their fields come from the API
 * description: what is added to it is tried here by itself. Any answer will do but one that is a failure of ours.
 */

interface Schema {
  $ref?: string
  type?: string | string[]
  format?: string
  enum?: unknown[]
  const?: unknown
  minimum?: number
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  allOf?: Schema[]
}
interface Operation {
  parameters?: { name: string; in: string; schema: Schema; required?: boolean }[]
  requestBody?: { content: Record<string, { schema: Schema }> }
}
const document = JSON.parse(readFileSync(join(import.meta.dirname, '../../docs/openapi.json'), 'utf8')) as {
  paths: Record<string, Record<string, Operation>>
  components: { schemas?: Record<string, Schema> }
}

/** Some together, where one cannot hide the other: what is refused stands alone. */
const classes: Readonly<Record<string, string>> = {
  'unassigned, private use': '\u0378\u{2ffff}\ue000\u{f0000}',
  'zero width, combining alone, tags': '\u0301\u20dd\u200b\u200d\ufeff\u2060\u{e0001}\u{e0020}\u{e007f}',
  'bidirectional controls, separators': 'a\u202egpj.exe\u2066b\u2028\u2029\u00a0\u3000',
  'letters that grow and shrink': 'ßİıſﬃẞΣς',
  'not a character': '\ufffe\u{10ffff}',
  'high surrogate alone': 'a\ud800b',
  'low surrogate alone': '\udfff',
  NUL: 'a\0b',
  'control characters': '\x01\x1b[31m\x7f\x85\r\n\t',
  'long graphemes': `e${'\u0301'.repeat(300)}${'👩‍👩‍👧‍👦'.repeat(40)}`,
}

/** References followed, and the first of what may be. */
function resolved(schema: Schema): Schema {
  const { $ref, allOf } = schema
  if ($ref !== undefined) return resolved(document.components.schemas?.[$ref.split('/').at(-1) ?? ''] ?? {})
  const parts = (allOf ?? schema.anyOf ?? schema.oneOf)?.map(resolved)
  if (!parts) return schema
  return allOf
    ? { ...schema, properties: Object.assign({}, ...parts.map(({ properties }) => properties)) }
    : (parts.find(({ type }) => type !== 'null') ?? schema)
}
const alternatives = (schema: Schema): Schema[] => {
  if (schema.$ref !== undefined) return alternatives(resolved({ $ref: schema.$ref }))
  const parts = schema.anyOf ?? schema.oneOf
  return parts ? parts.flatMap(alternatives) : [schema]
}
const takesText = (schema: Schema): boolean =>
  alternatives(schema).some(
    ({ type, enum: named, const: fixed }) => type === 'string' && !named && fixed === undefined,
  )

let api: Api
let image: ImageBody
/** A value that a field may have, where another one is tried. */
function plausible(schema: Schema): unknown {
  const {
    type,
    format,
    enum: named,
    const: fixed,
    minimum,
    properties = {},
    required = [],
    items,
  } = resolved(schema)
  if (fixed !== undefined) return fixed
  if (named) return named[0]
  if (type === 'string')
    return format === 'uuid' ? image.id : format === 'uri' ? 'https://example.com/a' : 'abcdefghij'
  if (type === 'integer' || type === 'number') return minimum ?? 1
  if (type === 'boolean') return false
  if (type === 'array') return items ? [plausible(items)] : []
  return Object.fromEntries(required.map((name) => [name, plausible(properties[name] ?? {})]))
}

beforeAll(async () => {
  const anyone = createApi(inject('baseUrl'))
  api = anyone.as((await anyone.register()).accessToken)
  image = await api.picture(await jpeg(64, 48))
})

/** Percent-encoded, halves of pairs too, which no encoder takes. */
const inUrl = (text: string): string =>
  [...text].map((one) => (/\p{Cs}/u.test(one) ? '%ED%A0%80' : encodeURIComponent(one))).join('')

// What ends the account or its session would end the test.
const closing = /\/logout|\/sessions|DELETE/
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods)
    .filter(([method]) => ['get', 'post', 'put', 'patch', 'delete'].includes(method))
    .map(([method, operation]) => ({ path, method: method.toUpperCase(), operation }))
    .filter(({ method }) => !closing.test(`${method} ${path}`) && !path.includes('/events')),
)

interface Try {
  what: string
  send: (text: string) => Promise<{ status: number }>
}
function triesOf({ path, method, operation }: (typeof operations)[number]): Try[] {
  const at = (value = image.id) =>
    path.replace(/\{(\w+)\}/g, (_, name: string) => (name === 'n' ? '1' : value))
  const { parameters = [], requestBody } = operation
  const query = parameters.filter((one) => one.in === 'query' && takesText(one.schema))
  const schema = resolved(requestBody?.content['application/json']?.schema ?? {})
  const { properties = {}, required = [] } = schema
  const base = () => Object.fromEntries(required.map((name) => [name, plausible(properties[name] ?? {})]))
  const json = (url: string, body: unknown) =>
    api.send(url, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    })
  const body = requestBody && Object.keys(properties).length > 0
  return [
    ...(path.includes('{')
      ? [{ what: 'the path', send: (text: string) => json(at(inUrl(text)), body ? base() : undefined) }]
      : []),
    ...query.map(({ name }) => ({
      what: `?${name}`,
      send: (text: string) => json(`${at()}?${name}=${inUrl(text)}`, body ? base() : undefined),
    })),
    ...Object.entries(properties)
      .filter(([, one]) =>
        alternatives(one).some((each) => takesText(each) || (each.items && takesText(each.items))),
      )
      .map(([name, one]) => ({
        what: name,
        send: (text: string) => json(at(), { ...base(), [name]: takesText(one) ? text : [text] }),
      })),
  ]
}

describe('no class of characters is answered by a failure of ours', () => {
  it('in any text that the description names', async () => {
    const failed: string[] = []
    let tried = 0
    for (const operation of operations)
      for (const { what, send } of triesOf(operation)) {
        const answers = await Promise.all(
          Object.entries(classes).map(async ([name, text]) => ({ name, status: (await send(text)).status })),
        )
        tried += answers.length
        for (const { name, status } of answers)
          if (status >= 500 && status !== 503)
            failed.push(`${operation.method} ${operation.path}, ${what}: ${name}, ${status}`)
      }
    expect(failed).toEqual([])
    // That fields were found at all
    expect(tried).toBeGreaterThan(Object.keys(classes).length * 60)
    // 30 s of them on a quiet machine, all one after the other
  }, 300_000)

  it('in the name of a file, a field of a form, and a header', async () => {
    const text = Object.values(classes)
      .join('')
      .replace(/\p{Cs}/gu, '')
    const { status, body } = await api.upload([{ name: `${text}.jpg`, bytes: await jpeg(16, 12) }])
    expect([201, 400]).toContain(status)
    if (status === 201) expect(body.originalName).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u)
    for (const [field, value] of Object.entries({
      tags: JSON.stringify([text]),
      altText: text,
      visibility: text,
    }))
      expect(
        (await api.upload([{ name: 'a.jpg', bytes: await jpeg(8, 8) }], { [field]: value })).status,
      ).toBeLessThan(500)
    const latin = '\x80\xff\xfe'
    expect((await api.get(`/images/${image.id}`, { accept: latin, 'if-none-match': latin })).status).toBe(200)
  })
})
