import { allScopes, type Job, type Scope } from '@rendition/contract'
import { WebSocket } from 'undici'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { jpeg } from '../src/images/testing/pictures.ts'
import { zipOf } from '../src/images/testing/zip.ts'
import type { FieldScopes, Rights } from '../src/platform/http/rights.ts'
import { type KnownRoute, openWholeHouse, type WholeHouse } from './whole-house.ts'

/**
 * Every route that there is, called with every scope alone. A new route is called too: by the objects its path names,
 * with the body that `bodies` gives it, which the last test asks for.
 */
let house: WholeHouse
let admin: Account
let ann: Account
let picture: Buffer
beforeAll(async () => {
  house = await openWholeHouse()
  picture = await jpeg(90, 60)
  admin = await account('admin')
  ann = await account('ann')
})
afterAll(() => house?.close())

interface Account {
  id: string
  token: Record<string, string>
  /** Headers of keys that hold one scope each. */
  keys: ReadonlyMap<Scope, Record<string, string>>
}

/** A request that says what it has to say in headers, as tus does. */
class ByHeaders {
  readonly headers: Record<string, string>
  readonly bytes: string | null
  constructor(headers: Record<string, string>, bytes: string | null = null) {
    this.headers = { 'tus-resumable': '1.0.0', ...headers }
    this.bytes = bytes
  }
  with(field: string, value: unknown): ByHeaders {
    const pair = `${field} ${Buffer.from(String(value)).toString('base64')}`
    return new ByHeaders({ ...this.headers, 'upload-metadata': pair }, this.bytes)
  }
}

function messageOf(body: unknown): { headers: Record<string, string>; body?: FormData | string } {
  if (body === undefined) return { headers: {} }
  if (body instanceof FormData) return { headers: {}, body }
  if (!(body instanceof ByHeaders))
    // Whatever the state is that a change begins from
    return { headers: { 'content-type': 'application/json', 'if-match': '*' }, body: JSON.stringify(body) }
  if (body.bytes === null) return { headers: body.headers }
  return {
    headers: { ...body.headers, 'content-type': 'application/offset+octet-stream' },
    body: body.bytes,
  }
}

async function send<T>(method: string, path: string, headers: Record<string, string>, body?: unknown) {
  const message = messageOf(body)
  const answer = await fetch(house.url + path, {
    method,
    redirect: 'manual',
    ...message,
    headers: { ...headers, ...message.headers },
  })
  // A stream that is let through would not end.
  if (answer.headers.get('content-type')?.startsWith('text/event-stream')) await answer.body?.cancel()
  const text = answer.bodyUsed ? '' : await answer.text()
  const said = JSON.stringify([...answer.headers]) + text
  const isJson = text !== '' && /json/.test(answer.headers.get('content-type') ?? '')
  const json = isJson ? (JSON.parse(text) as T) : ({} as T)
  return { status: answer.status, said, body: json }
}

async function account(username: string): Promise<Account> {
  const body = { username, password: 'correct horse' }
  const made = await send<{ accessToken: string; user: { id: string } }>(
    'POST',
    '/api/auth/register',
    {},
    body,
  )
  const token = { authorization: `Bearer ${made.body.accessToken}` }
  const keys = new Map<Scope, Record<string, string>>()
  for (const scope of allScopes) keys.set(scope, await keyOf(token, [scope]))
  return { id: made.body.user.id, token, keys }
}

/** Each made once: an account may have a hundred, and there are more routes. */
const keysMade = new Map<string, Promise<Record<string, string>>>()

function keyOf(token: Record<string, string>, scopes: readonly Scope[]): Promise<Record<string, string>> {
  const what = JSON.stringify([token.authorization, [...scopes].sort()])
  const made = keysMade.get(what) ?? makeKey(token, scopes)
  keysMade.set(what, made)
  return made
}

async function makeKey(token: Record<string, string>, scopes: readonly Scope[]) {
  const made = await send<{ key: string }>('POST', '/api/auth/keys', token, { scopes })
  expect(made.status).toBe(201)
  return { 'x-api-key': made.body.key }
}

function upload(fields: Record<string, string> = {}): FormData {
  const form = new FormData()
  form.set('image', new Blob([new Uint8Array(picture)]), 'a.jpg')
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  return form
}

function archive(): FormData {
  const form = new FormData()
  const zip = zipOf([{ name: 'a.jpg', data: picture }])
  form.set('archive', new Blob([new Uint8Array(zip)]), 'a.zip')
  return form
}

const idOf = async (path: string, body: unknown, by = ann): Promise<string> =>
  (await send<{ id: string }>('POST', path, by.token, body)).body.id

/** An image of ann's that is ready and has a version to go back to and one to go on to. */
async function newImage(): Promise<string> {
  const id = await idOf('/api/images', upload())
  await vi.waitFor(
    async () => {
      const { body } = await send<{ status: string }>('GET', `/api/images/${id}`, ann.token)
      expect(body.status).toBe('complete')
    },
    { timeout: 30_000, interval: 50 },
  )
  for (const step of ['versions/1/restore', 'versions/1/restore', 'undo']) {
    await send('POST', `/api/images/${id}/${step}`, ann.token)
  }
  return id
}

let lasting: Promise<string> | undefined
/** One that no test removes. */
function someImage(): Promise<string> {
  lasting ??= newImage()
  return lasting
}

async function newJob(): Promise<string> {
  const body = { saveImage: true, async: false, width: 20 }
  const made = await send<Job & { id: string }>(
    'POST',
    `/api/images/${await someImage()}/transform`,
    ann.token,
    body,
  )
  return made.body.id
}

async function newBatch(): Promise<string> {
  const body = { imageIds: [await someImage()], type: 'renditions' }
  return (await send<{ batchId: string }>('POST', '/api/jobs', ann.token, body)).body.batchId
}

const uploadOf = (length: number) => new ByHeaders({ 'upload-length': String(length) })
async function newUpload(): Promise<string> {
  const { said } = await send('POST', '/api/uploads', ann.token, uploadOf(1_000))
  return /\/api\/uploads\/([\w-]+)/.exec(said)?.[1] ?? ''
}

const hook = { url: 'http://127.0.0.1:9/hook' }
let names = 0
const newName = (): string => {
  names += 1
  return `user${names}`
}
/** What stands for the `:id` of a path, made anew where the call removes it. */
const objects: Record<string, () => Promise<string>> = {
  '/images/': someImage,
  '/api/images/': newImage,
  '/api/albums/': async () => idOf('/api/albums', { name: 'sea', imageIds: [await someImage()] }),
  '/api/searches/': () => idOf('/api/searches', { name: newName(), q: 'sea' }),
  '/api/shares/': async () => idOf('/api/shares', { imageId: await someImage() }),
  '/api/presets/sets/': async () => '1',
  '/api/exports/': async () => idOf('/api/exports', { imageIds: [await someImage()] }),
  '/api/receipts/': async () => {
    await send('DELETE', `/api/images/${await newImage()}`, ann.token)
    const { body } = await send<{ items: { id: string }[] }>('GET', '/api/receipts', ann.token)
    return body.items[0]?.id ?? ''
  },
  '/thumbnails/': someImage,
  '/api/uploads/': newUpload,
  '/api/uploads/direct/': newUpload,
  '/api/jobs/batches/': newBatch,
  '/api/jobs/': newJob,
  '/api/JobStatus/': newJob,
  '/jobs/': newJob,
  '/api/webhooks/': () => idOf('/api/webhooks', hook),
  '/api/auth/keys/': () => idOf('/api/auth/keys', {}),
  '/api/auth/sessions/': async () => {
    await send('POST', '/api/auth/login', {}, { username: 'ann', password: 'correct horse' })
    const { body } = await send<{ items: { id: string; current: boolean }[] }>(
      'GET',
      '/api/auth/sessions',
      ann.token,
    )
    return body.items.find(({ current }) => !current)?.id ?? ''
  },
  // None is configured here.
  '/api/auth/providers/': async () => 'home',
  '/api/auth/identities/': async () => '019a3c5e-7d21-7b44-9c1f-5e2a8d0b6f37',
  '/api/admin/invitations/': async () =>
    idOf('/api/admin/invitations', { email: `${newName()}@example.com` }, admin),
  '/api/admin/lanes/': async () => 'bulk',
  '/api/admin/users/': async () => (await account(newName())).id,
}
const known = new Map<string, string>()

/** `fresh` where the call is to remove it. */
async function pathOf({ method, url }: KnownRoute, fresh = method === 'DELETE'): Promise<string> {
  if (!url.includes(':')) return url
  const [before = ''] = url.split(':')
  const make = objects[before]
  if (make === undefined) throw new Error(`${url}: say in \`objects\` what ${before} is followed by`)
  const id = fresh ? await make() : (known.get(before) ?? (await make()))
  if (!fresh) known.set(before, id)
  let path = url.replace(/:(id|lane)/, id).replace(':n', '1')
  if (url.includes(':deliveryId')) {
    path = path.replace(':deliveryId', await idOf(`/api/webhooks/${id}/test`, undefined))
  }
  return path
}

/** Bodies that are accepted where the caller may call at all. */
const bodies: Record<string, () => Promise<unknown>> = {
  'POST /api/images': async () => upload(),
  'POST /api/images/upload': async () => upload(),
  'POST /api/images/archive': async () => archive(),
  'POST /api/images/:id/replace': async () => upload(),
  'POST /api/images/import': async () => ({ url: 'http://127.0.0.1:9/a.jpg' }),
  'POST /api/images/bulk': async () => ({ imageIds: [await someImage()], change: { rating: 3 } }),
  'PATCH /api/images/:id': async () => ({ altText: 'four quarters' }),
  'POST /api/images/:id/transform': async () => ({ saveImage: true, async: false, height: 30 }),
  'POST /api/albums': async () => ({ name: 'sea' }),
  'POST /api/searches': async () => ({ name: newName(), q: 'sea' }),
  'PATCH /api/searches/:id': async () => ({ q: 'lake' }),
  'PATCH /api/albums/:id': async () => ({ description: 'and sky' }),
  'POST /api/albums/:id/images': async () => ({ imageIds: [await someImage()] }),
  'PATCH /api/albums/:id/images': async () => ({ imageIds: [await someImage()] }),
  'POST /api/albums/:id/images/remove': async () => ({ imageIds: [await someImage()] }),
  'POST /api/shares': async () => ({ imageId: await someImage() }),
  'PATCH /api/shares/:id': async () => ({ downloads: true }),
  'PUT /api/presets': async () => ({ presets: [{ name: 'tiny', parameters: { width: '9' } }] }),
  'POST /api/presets/estimate': async () => ({ presets: [] }),
  'POST /api/presets/sets/:n/restore': async () => new ByHeaders({ 'if-match': '*' }),
  'POST /api/exports': async () => ({ imageIds: [await someImage()] }),
  'POST /api/uploads/direct': async () => ({ size: 1_000 }),
  'POST /api/uploads': async () => uploadOf(1_000),
  'POST /api/uploads/:id': async () => new ByHeaders({ 'x-http-method-override': 'HEAD' }),
  'HEAD /api/uploads/:id': async () => new ByHeaders({}),
  'PATCH /api/uploads/:id': async () => new ByHeaders({ 'upload-offset': '0' }, 'abc'),
  'DELETE /api/uploads/:id': async () => new ByHeaders({}),
  'POST /api/jobs': async () => ({ imageId: await someImage(), type: 'transform', width: 30 }),
  'PATCH /api/jobs/batches/:id': async () => ({ change: { priority: 'bulk' } }),
  'PATCH /api/jobs/:id': async () => ({ priority: 'bulk' }),
  'POST /api/webhooks': async () => hook,
  'PATCH /api/webhooks/:id': async () => ({ description: 'mine' }),
  'PATCH /api/auth/me': async () => ({ username: newName() }),
  'POST /api/auth/email/verify': async () => ({ token: 'x' }),
  'PATCH /api/auth/notifications': async () => ({ quota: false }),
  'POST /api/auth/two-step/set-up': async () => ({ currentPassword: 'correct horse' }),
  'POST /api/auth/two-step/confirm': async () => ({ code: '000000' }),
  'POST /api/auth/two-step/recovery-codes': async () => ({ code: '000000' }),
  'POST /api/auth/providers/:id/link': async () => ({ currentPassword: 'correct horse' }),
  'POST /api/auth/providers/:id/link/finish': async () => ({ browserKey: 'x', answer: 'x' }),
  'POST /api/auth/two-step/off': async () => ({ currentPassword: 'correct horse', code: '000000' }),
  'POST /api/admin/invitations': async () => ({ email: `${newName()}@example.com` }),
  'POST /api/auth/keys': async () => ({ scopes: ['account:manage'] }),
  'PATCH /api/admin/users/:id': async () => ({ disabled: false }),
  'PATCH /api/admin/lanes/:lane': async () => ({ paused: false }),
  'POST /api/admin/jobs/change': async () => ({ filter: { type: 'import' }, change: { status: 'pending' } }),
  'POST /api/admin/purges': async () => ({ what: 'tag', value: 'nothing' }),
}
const bodyOf = async ({ method, url }: KnownRoute): Promise<unknown> => bodies[`${method} ${url}`]?.()

/**
 * Whether an answer is for a caller who was let in. 409 is of the object's state, files know no direct upload, and a code
 * that nobody's app shows is refused by itself.
 */
const isLetIn = ({ url }: KnownRoute, status: number): boolean =>
  status < 400 ||
  (status === 403 && /^\/api\/auth\/(two-step\/confirm|email\/verify)$/.test(url)) ||
  status === 409 ||
  (status === 404 && /^\/api\/(uploads\/direct|auth\/providers|auth\/identities)\/:id/.test(url))

const nameOf = ({ method, url }: KnownRoute): string => `${method} ${url}`
const judged = (route: KnownRoute): (Rights & { who: 'caller' }) | null =>
  route.rights?.who === 'caller' ? route.rights : null
const scopesOf = ({ scopes, keyScopes }: Rights & { who: 'caller' }): Scope[] => [...scopes, ...keyScopes]
/** Whether the route is for people who signed in: a key is refused whatever it holds. */
const forPeople = (route: KnownRoute): boolean => judged(route)?.signedIn === true
const callerOf = (route: KnownRoute): Account => (judged(route)?.role === 'admin' ? admin : ann)
/** Ends what the others need. */
const last = (route: KnownRoute): boolean => nameOf(route) === 'DELETE /api/auth/me'

describe('a key with one scope', () => {
  it.each(allScopes)(
    '%s is refused everything else, and shown no signed URL unless it may see pictures',
    async (scope) => {
      const seen: string[] = []
      const faults: string[] = []
      for (const route of house.routes.filter((each) => !last(each) && each.rights?.who !== 'anyone')) {
        const rights = judged(route)
        const lacking = rights !== null && scopesOf(rights).some((needed) => needed !== scope)
        // Whoever is let in to GET is asked there; an answer to HEAD has nothing in it.
        if (route.method === 'HEAD' && !lacking) continue
        const path = await pathOf(route, route.method === 'DELETE' && !lacking)
        const key = callerOf(route).keys.get(scope) ?? {}
        const answer = await send<{ code?: string }>(route.method, path, key, await bodyOf(route))
        const what = `${nameOf(route)} by ${scope}: ${answer.status} ${answer.said}`
        if (answer.said.includes('sig=')) seen.push(nameOf(route))
        const code = forPeople(route) ? 'forbidden' : 'insufficient_scope'
        const refused = answer.status === 403 && (route.method === 'HEAD' || answer.body.code === code)
        if ((lacking || forPeople(route)) && !refused) faults.push(what)
        else if (rights !== null && !lacking && !forPeople(route) && !isLetIn(route, answer.status))
          faults.push(what)
      }
      expect(faults).toEqual([])
      // That it finds them at all is shown by the one scope that is given them.
      if (scope === 'images:read') expect(seen).toContain('GET /api/images/:id/markup')
      else expect(seen).toEqual([])
    },
  )

  it.each(allScopes.filter((scope) => scope !== 'images:read'))(
    '%s hears no events by a socket',
    async (scope) => {
      const key = ann.keys.get(scope) ?? {}
      const socket = new WebSocket(`${house.url.replace('http', 'ws')}/api/events`, { headers: key })
      const code = await new Promise((resolve) => {
        socket.addEventListener('close', (event) => resolve(event.code))
        socket.addEventListener('message', (event) => resolve(event.data))
      })
      expect(code).toBe(4403)
    },
  )
})

const further = (route: KnownRoute): [string, Scope][] => {
  const rights = judged(route)
  if (rights === null) return []
  return Object.entries(rights.fields satisfies FieldScopes).filter(
    ([, scope]) => !scopesOf(rights).includes(scope),
  )
}

it('a field that does more than its route needs its scope as well', async () => {
  const query = { favourite: true }
  const values: Record<string, unknown> = { saveImage: true, webhookUrl: hook.url, url: hook.url, query }
  /** What a field cannot stand beside. */
  const without: Record<string, object> = { query: { imageIds: undefined } }
  let asked = 0
  for (const route of house.routes) {
    for (const [field, scope] of further(route)) {
      const body = await bodyOf(route)
      const value = values[field]
      if (value === undefined) throw new Error(`${nameOf(route)}: say in \`values\` what ${field} may hold`)
      if (body instanceof FormData) body.set(field, String(value))
      const rest =
        body instanceof ByHeaders
          ? body.with(field, value)
          : { ...(body as object), ...without[field], [field]: value }
      const sent = body instanceof FormData ? body : rest
      const key = await keyOf(ann.token, scopesOf(judged(route) as Rights & { who: 'caller' }))
      const answer = await send(route.method, await pathOf(route), key, sent)
      expect(answer, `${nameOf(route)} with ${field}`).toMatchObject({
        status: 403,
        body: { code: 'insufficient_scope', detail: expect.stringContaining(scope) },
      })
      asked += 1
    }
  }
  expect(asked).toBeGreaterThan(4)
})

it('whoever names an address that is sent signed URLs may see the pictures', () => {
  const without = house.routes.filter(({ schema, rights }) => {
    const named = schema.body instanceof z.ZodObject ? Object.keys(schema.body.shape) : []
    const names = schema.consumes?.includes('multipart/form-data') || named.includes('webhookUrl')
    if (!names || rights?.who !== 'caller') return false
    return rights.fields.webhookUrl !== 'images:read' && !rights.scopes.includes('images:read')
  })
  expect(without.map(nameOf)).toEqual([])
})

it('lets the caller in who holds exactly what a route declares', async () => {
  const faults: string[] = []
  const ends = house.routes.filter(last)
  for (const route of [...house.routes.filter((each) => !last(each)), ...ends]) {
    const rights = judged(route)
    if (rights === null || route.method === 'HEAD') continue
    const { token } = callerOf(route)
    const held: Scope[] = scopesOf(rights).length === 0 ? ['jobs:read'] : scopesOf(rights)
    const by = forPeople(route) ? token : await keyOf(token, held)
    const answer = await send(route.method, await pathOf(route), by, await bodyOf(route))
    if (!isLetIn(route, answer.status)) faults.push(`${nameOf(route)}: ${answer.status} ${answer.said}`)
  }
  expect(faults).toEqual([])
})
