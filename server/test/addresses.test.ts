import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { jpeg } from '../src/images/testing/pictures.ts'
import { addressFields } from '../src/platform/http/addresses.ts'
import { openWholeHouse, type WholeHouse } from './whole-house.ts'

/** Every route that is given an address to call later, with one that it will never call. */
let house: WholeHouse
let authorization: string
let image: { id: string }
beforeAll(async () => {
  house = await openWholeHouse()
  const account = await send('POST', '/api/auth/register', { username: 'ann', password: 'correct horse' })
  authorization = `Bearer ${(account.body as { accessToken: string }).accessToken}`
  image = (await send('POST', '/api/images', await form())).body as { id: string }
})
afterAll(() => house?.close())

async function send(method: string, path: string, body: object) {
  const isForm = body instanceof FormData
  const answer = await fetch(house.url + path, {
    method,
    headers: {
      ...(authorization === undefined ? {} : { authorization }),
      ...(isForm ? {} : { 'content-type': 'application/json' }),
    },
    body: isForm ? body : JSON.stringify(body),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

async function form(webhookUrl?: string): Promise<FormData> {
  const fields = new FormData()
  fields.set('image', new Blob([new Uint8Array(await jpeg(90, 60))]), 'a.jpg')
  if (webhookUrl !== undefined) fields.set('webhookUrl', webhookUrl)
  return fields
}

const inside = 'http://10.1.2.3/hook'
const refused = {
  status: 422,
  body: expect.objectContaining({
    code: 'address_not_allowed',
    detail: expect.stringMatching(/10\.1\.2\.3.*OUTBOUND_ALLOW/),
  }),
}

it('knows every address in a body', () => {
  const given = house.routes.flatMap(({ method, url, schema: { body } }) => {
    if (!(body instanceof z.ZodType)) return []
    const names = namesIn(z.toJSONSchema(body, { io: 'input', unrepresentable: 'any' }))
    const missed = names.filter((name) => /url$/i.test(name) && !addressFields(body).includes(name))
    return [{ route: `${method} ${url}`, missed }]
  })
  expect(given.length).toBeGreaterThanOrEqual(15)
  expect(given.filter(({ missed }) => missed.length > 0)).toEqual([])
})

/** Of every property, however deep. */
function namesIn(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { properties } = schema as { properties?: object }
  return [...Object.keys(properties ?? {}), ...Object.values(schema).flatMap(namesIn)]
}

it('refuses one that may not be reached when it is given, in every body', async () => {
  const bodies: Record<string, object> = {
    'POST /api/webhooks': {},
    'PATCH /api/webhooks/:id': {},
    'POST /api/jobs': { imageId: image.id, type: 'transform', width: 20 },
    'POST /api/jobs/batch': { imageIds: [image.id], type: 'transform', width: 20 },
    'POST /api/images/import': { url: 'http://127.0.0.1:9/a.jpg' },
    'POST /api/images/:id/transform': { width: 20, saveImage: false },
    'POST /api/uploads/direct': { size: 1_000 },
  }
  const hook = (await send('POST', '/api/webhooks', { url: 'http://127.0.0.1:9/hook' })).body as {
    id: string
  }
  const routes = house.routes.filter(
    ({ url, schema }) => addressFields(schema.body).length > 0 && url.startsWith('/api/'),
  )
  expect(routes.length).toBeGreaterThanOrEqual(5)
  for (const { method, url, schema } of routes) {
    const path = url.replace(':id', url.includes('webhooks') ? hook.id : image.id)
    for (const field of addressFields(schema.body)) {
      const answer = await send(method, path, { ...bodies[`${method} ${url}`], [field]: inside })
      expect({ route: `${method} ${url} ${field}`, ...answer }).toEqual({
        route: `${method} ${url} ${field}`,
        ...refused,
      })
    }
  }
  const { body } = await send('POST', '/api/jobs', {
    ...bodies['POST /api/jobs'],
    webhookUrl: 'http://no-such-name.invalid/',
  })
  expect(body).toMatchObject({ status: 'pending' })
})

it('refuses it with an upload too, and keeps nothing of it', async () => {
  expect(await send('POST', '/api/images', await form(inside))).toEqual(refused)
  expect(await send('POST', `/api/images/${image.id}/replace`, await form(inside))).toEqual(refused)
  const list = await fetch(`${house.url}/api/images`, { headers: { authorization } })
  expect(((await list.json()) as { items: unknown[] }).items).toHaveLength(1)
})
