import type {
  AdminJob,
  AuditEntry,
  CachePurge,
  History,
  Image,
  Job,
  Lane,
  ManyJobsChanged,
  Page,
  Process,
  Releases,
  Settings,
  StorageState,
} from '@rendition/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { jpeg } from '../src/images/testing/pictures.ts'
import { openWholeHouse, type WholeHouse } from './whole-house.ts'

/** What administrators see of the installation and do with it, at its HTTP edge. */
let house: WholeHouse
let admin: Account
let ann: Account
beforeAll(async () => {
  house = await openWholeHouse({ env: { PURGE_SECRET: `whsec_${'a'.repeat(32)}` } })
  admin = await account('admin')
  ann = await account('ann')
})
afterAll(() => house?.close())

interface Account {
  id: string
  token: string
}

async function account(username: string): Promise<Account> {
  const body = { username, password: 'correct horse' }
  const made = await send<{ accessToken: string; user: { id: string } }>(
    null,
    'POST',
    '/api/auth/register',
    body,
  )
  return { id: made.body.user.id, token: made.body.accessToken }
}

async function send<T>(by: Account | null, method: string, path: string, body?: object) {
  const answer = await fetch(house.url + path, {
    method,
    headers: {
      ...(by === null ? {} : { authorization: `Bearer ${by.token}` }),
      ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, headers: answer.headers, body: (text === '' ? {} : JSON.parse(text)) as T }
}
const ask = async <T>(path: string): Promise<T> => (await send<T>(admin, 'GET', path)).body

async function upload(by: Account, fields: Record<string, string> = {}): Promise<string> {
  const form = new FormData()
  form.set('image', new Blob([new Uint8Array(await jpeg(90, 60))]), 'a.jpg')
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  return (await send<Image>(by, 'POST', '/api/images', form)).body.id
}
const ready = (id: string) =>
  expect
    .poll(async () => (await send<Image>(ann, 'GET', `/api/images/${id}`)).body.status, { timeout: 20_000 })
    .toBe('complete')
const resize = (imageId: string, width: number) =>
  send<Job>(ann, 'POST', '/api/jobs', { imageId, type: 'transform', width, saveImage: false })
const statusOf = async (id: string) => (await send<Job>(ann, 'GET', `/api/jobs/${id}`)).body.status
const newestDeed = async (action: string) =>
  (await ask<Page<AuditEntry>>(`/api/admin/audit?action=${action}&limit=1`)).items[0]
const pause = (lane: string, paused: boolean) =>
  send<{ items: Lane[] }>(admin, 'PATCH', `/api/admin/lanes/${lane}`, { paused })

it('is for administrators alone', async () => {
  const routes = house.routes.filter(({ url }) => url.startsWith('/api/admin/'))
  expect(routes.length).toBeGreaterThan(12)
  for (const { method, url } of routes.filter(({ method }) => method !== 'HEAD')) {
    const { status } = await send(
      ann,
      method,
      url.replace(':lane', 'bulk').replace(':id', ann.id),
      ...(method === 'GET' ? [] : [{}]),
    )
    expect(`${method} ${url}: ${status}`).toBe(`${method} ${url}: 403`)
  }
})

describe('the queue', () => {
  it('a lane that is paused begins nothing until it goes on, and both are in the audit', async () => {
    const id = await upload(ann)
    await ready(id)
    const paused = await pause('interactive', true)
    expect(paused.body.items.map(({ lane, pausedSince }) => [lane, pausedSince !== null])).toEqual([
      ['interactive', true],
      ['bulk', false],
    ])
    expect(await newestDeed('queue.change')).toMatchObject({
      actor: { id: admin.id },
      details: { lane: 'interactive', paused: { from: false, to: true } },
    })
    const waiting = [await resize(id, 31), await resize(id, 32)].map(({ body }) => body.id)
    const other = (
      await send<{ jobs: Job[] }>(ann, 'POST', '/api/jobs', {
        imageIds: [id],
        type: 'transform',
        width: 33,
        saveImage: false,
      })
    ).body.jobs[0]?.id
    await expect.poll(() => statusOf(other ?? ''), { timeout: 20_000 }).toBe('complete')
    expect(await Promise.all(waiting.map(statusOf))).toEqual(['pending', 'pending'])
    const [lane] = await ask<{ items: Lane[] }>('/api/admin/lanes').then(({ items }) => items)
    expect(lane).toMatchObject({ waiting: 2, running: 0, oldestAt: expect.any(String) })

    // The same again is no deed
    await pause('interactive', true)
    await pause('interactive', false)
    for (const job of waiting) await expect.poll(() => statusOf(job), { timeout: 20_000 }).toBe('complete')
    const { items } = await ask<Page<AuditEntry>>('/api/admin/audit?action=queue.change')
    expect(items.map(({ details }) => details.paused)).toEqual([
      { from: true, to: false },
      { from: false, to: true },
    ])
  })

  it('jobs of all are found by state, type, lane and account, without addresses of pictures', async () => {
    const id = await upload(ann)
    await ready(id)
    const { items } = await ask<Page<AdminJob>>(
      `/api/admin/jobs?type=renditions&status=complete&priority=interactive&ownerId=${ann.id}&limit=1`,
    )
    expect(items).toMatchObject([{ imageId: id, owner: { id: ann.id, name: 'ann' }, imageUrl: null }])
    const all = await ask<Page<AdminJob>>('/api/admin/jobs?type=renditions&limit=1')
    expect(all.items.map(({ imageId }) => imageId)).toEqual([id])
    const next = await ask<Page<AdminJob>>(`/api/admin/jobs?type=renditions&limit=1&cursor=${all.nextCursor}`)
    expect((next.items[0]?.id ?? '') < (all.items[0]?.id ?? '')).toBe(true)
    expect((await ask<Page<AdminJob>>(`/api/admin/jobs?ownerId=${admin.id}`)).items).toEqual([])
    expect((await ask<Page<AdminJob>>('/api/admin/jobs?status=failed&type=export')).items).toEqual([])
  })

  it('changes one of them and all that a filter means, each with its line in the audit', async () => {
    const id = await upload(ann)
    await ready(id)
    await pause('bulk', true)
    await pause('interactive', true)
    const jobs: string[] = []
    for (const width of [41, 42, 43]) jobs.push((await resize(id, width)).body.id)
    const [first = ''] = jobs
    await send(admin, 'PATCH', `/api/jobs/${first}`, { priority: 'bulk' })
    expect(await newestDeed('job.change')).toMatchObject({
      targetId: first,
      ownerId: ann.id,
      details: { priority: { from: 'interactive', to: 'bulk' } },
    })
    const change = (body: object) => send<ManyJobsChanged>(admin, 'POST', '/api/admin/jobs/change', body)
    const filter = { ownerId: ann.id, type: 'transform' }
    const moved = await change({ filter, change: { priority: 'bulk' } })
    expect(moved.body).toEqual({ changed: 2, refused: 0, nextCursor: null })
    expect(await newestDeed('job.change')).toMatchObject({
      details: { priority: 'bulk', filter, jobs: 2, before: { pending: 2 } },
    })
    expect((await change({ filter: { status: 'complete' }, change: { status: 'pending' } })).status).toBe(409)
    expect((await change({ filter: {}, change: {} })).status).toBe(400)
    const cancelled = await change({
      filter: { ...filter, priority: 'bulk' },
      change: { status: 'cancelled' },
    })
    expect(cancelled.body.changed).toBe(3)
    const deed = await newestDeed('job.change')
    expect([...((deed?.details.ids ?? []) as string[])].sort()).toEqual([...jobs].sort())
    expect(await Promise.all(jobs.map(statusOf))).toEqual(['cancelled', 'cancelled', 'cancelled'])
    await send(admin, 'DELETE', `/api/jobs/${first}`)
    expect(await newestDeed('job.delete')).toMatchObject({
      targetId: first,
      details: { status: 'cancelled' },
    })
    await pause('bulk', false)
    await pause('interactive', false)
  })
})

describe('caches', () => {
  const picture = async (id: string, query: string) => {
    const answer = await fetch(`${house.url}/images/${id}?${query}`)
    const text = await answer.text()
    return answer.headers.get('cache-status') ?? text
  }
  const stored = async (id: string) =>
    (
      await send<{ items: { kind: string; name: string | null }[] }>(
        ann,
        'GET',
        `/api/images/${id}/renditions`,
      )
    ).body.items
  const purge = async (body: object): Promise<CachePurge> => {
    const asked = await send<CachePurge>(admin, 'POST', '/api/admin/purges', body)
    expect(asked.status).toBe(202)
    const done = async () =>
      (await ask<Page<CachePurge>>('/api/admin/purges')).items.find(({ id }) => id === asked.body.id)
    await expect.poll(async () => (await done())?.status, { timeout: 20_000 }).toBe('complete')
    return (await done()) as CachePurge
  }

  it('a purge of a tag has its pictures made anew and leaves the others, originals and presets', async () => {
    const [sea, land] = [
      await upload(ann, { visibility: 'public', tags: 'sea' }),
      await upload(ann, { visibility: 'public' }),
    ]
    await ready(sea)
    await ready(land)
    for (const id of [sea, land]) {
      expect(await picture(id, 'width=640')).toContain('fwd=miss')
      // That it is complete may be heard only now, and what memory has of it goes then.
      await expect.poll(() => picture(id, 'width=640')).toContain('hit')
    }
    await house.rooms.delivery.idle()
    const presets = (await stored(sea)).filter(({ kind }) => kind === 'preset').length
    const done = await purge({ what: 'tag', value: 'sea' })
    expect(done).toMatchObject({ images: 1, renditions: 1, presets: false })
    expect(done.bytes).toBeGreaterThan(100)
    expect(await stored(sea)).toHaveLength(presets)
    expect(await picture(sea, 'width=640')).toContain('fwd=miss')
    expect(await picture(land, 'width=640')).toContain('hit')
    expect(await newestDeed('cache.purge')).toMatchObject({
      targetId: done.jobId,
      details: { what: 'tag', value: 'sea', presets: false },
    })
    const { body } = await send<Image>(ann, 'GET', `/api/images/${sea}`)
    expect(body.status).toBe('complete')
  })

  it('a purge of a preset, or of all with presets, makes these again behind everything else', async () => {
    const id = await upload(ann, { visibility: 'public' })
    await ready(id)
    const before = await stored(id)
    expect((await purge({ what: 'preset', value: 'thumbnail' })).images).toBeGreaterThan(0)
    const names = async () => (await stored(id)).map(({ name }) => name).sort()
    await expect.poll(names, { timeout: 20_000 }).toEqual(before.map(({ name }) => name).sort())
    const all = await purge({ what: 'all', presets: true })
    expect(all.renditions).toBeGreaterThanOrEqual(before.length)
    await expect.poll(names, { timeout: 20_000 }).toEqual(before.map(({ name }) => name).sort())
    expect((await purge({ what: 'image', value: id })).images).toBe(1)
  })

  it('refuses what names nothing', async () => {
    const status = async (body: object) => (await send(admin, 'POST', '/api/admin/purges', body)).status
    expect(await status({ what: 'all', value: 'sea' })).toBe(400)
    expect(await status({ what: 'tag' })).toBe(400)
    expect(await status({ what: 'image', value: 'sea' })).toBe(400)
    expect(await status({ what: 'preset', value: 'sea' })).toBe(404)
    expect(await status({ what: 'image', value: '019a3c5e-7d21-7b44-9c1f-5e2a8d0b6f37' })).toBe(404)
  })
})

describe('the installation', () => {
  it('shows its process with its parts and where answers came from, and what is stored', async () => {
    const all = () => ask<{ items: Process[] }>('/api/admin/processes')
    // It says so every few seconds, and of the tests before a job may run on.
    await expect
      .poll(async () => (await all()).items)
      .toMatchObject([
        {
          pid: process.pid,
          roles: expect.arrayContaining(['api', 'worker']),
          state: 'alive',
          parts: { database: { status: 'ok' }, storage: { status: 'ok' } },
          jobs: [],
        },
      ])
    const { kinds } = await ask<StorageState>('/api/admin/storage')
    const bytes = Object.fromEntries(kinds.map(({ kind, bytes: size }) => [kind, size]))
    expect(bytes.originals).toBeGreaterThan(500)
    expect(Object.keys(bytes)).toEqual(expect.arrayContaining(['presets', 'passing', 'drafts']))
    await expect
      .poll(async () =>
        (await ask<History>('/api/admin/history?hours=1')).parts.map(({ part }) => part).sort(),
      )
      .toEqual(expect.arrayContaining(['cache', 'database', 'disk', 'queue', 'storage']))
  })

  it('one that was killed is shown as gone, with what it held', async () => {
    const dead = '019a3c5e-7d21-7b44-9c1f-5e2a8d0b6f37'
    await house.database.query(
      `insert into processes (id, host, pid, roles, version, started_at, seen_at, facts)
       select $1, 'elsewhere', 7, '{worker}', '0', now() - interval '1 hour', now() - interval '31 seconds', facts
       from processes limit 1`,
      [dead],
    )
    const { items } = await ask<{ items: Process[] }>('/api/admin/processes')
    expect(items.map(({ host, state }) => [host === 'elsewhere', state])).toEqual([
      [true, 'gone'],
      [false, 'alive'],
    ])
    await house.database.query('delete from processes where id = $1', [dead])
  })

  it('shows the configuration without its secrets, and what is new', async () => {
    const { items } = await ask<Settings>('/api/admin/settings')
    const named = (name: string) => items.find((item) => item.name === name)
    expect(named('PURGE_SECRET')).toMatchObject({ value: null, source: 'environment', secret: true })
    expect(named('DATABASE_URL')?.value).not.toMatch(/\/\/[^…/]+@/)
    expect(named('PORT')).toMatchObject({ source: 'default', secret: false })
    expect(JSON.stringify(items)).not.toContain('aaaaaaaa')
    const releases = await ask<Releases>('/api/admin/releases')
    expect(releases.items[0]?.sections.length).toBeGreaterThan(0)
  })
})
