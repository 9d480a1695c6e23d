import type { ActivityEntry, AuditEntry, Page } from '@rendition/contract'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type Account, openStage, type Stage } from './acts/stage.ts'

/** What stands in the audit of acts that go on without a request, of those of others, and when what they were about is gone. */
let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage?.close())

async function audit(query: string): Promise<AuditEntry[]> {
  const { status, body } = await stage.call<Page<AuditEntry>>('GET', `/api/admin/audit?${query}`, stage.admin)
  expect(status, JSON.stringify(body)).toBe(200)
  return body.items
}
async function activity(by: Account, query = ''): Promise<ActivityEntry[]> {
  const { status, body } = await stage.call<Page<ActivityEntry>>('GET', `/api/auth/activity?${query}`, by)
  expect(status, JSON.stringify(body)).toBe(200)
  return body.items
}
async function uploadBy(by: Account, name = 'a.jpg'): Promise<string> {
  return (await stage.call('POST', '/api/images', by, stage.form(name))).body.id
}

it('a change over a query is one entry with the query, the change, and what was before of all of them', async () => {
  const ann = await stage.join()
  for (let n = 0; n < 30; n += 1) await uploadBy(ann)
  const change = { visibility: 'public', addTags: ['sea'] }
  const asked = await stage.call<{ job: { id: string } }>('POST', '/api/images/bulk', ann, {
    query: { visibility: 'private' },
    change,
  })
  await vi.waitFor(
    async () => expect((await audit(`targetId=${asked.body.job.id}`))[0]?.details.changed).toBe(30),
    { timeout: 60_000, interval: 100 },
  )
  expect(await audit(`actorId=${ann.id}&kind=image&action=image.bulk`)).toMatchObject([
    {
      actor: { id: ann.id },
      requestId: asked.requestId,
      details: {
        query: { visibility: 'private' },
        change: { visibility: 'public' },
        addTags: ['sea'],
        changed: 30,
        before: { visibility: { private: 30 } },
      },
    },
  ])
  expect(await audit(`actorId=${ann.id}&action=image.change`)).toEqual([])
})

it('an edit is in it when it was asked for, and when the version is there', async () => {
  const { ann, call } = stage
  const id = await stage.image()
  await stage.ready(id)
  await call('POST', `/api/images/${id}/transform`, ann, { saveImage: true, width: 30 })
  const made = await vi.waitFor(
    async () => {
      const [entry] = await audit(`targetId=${id}&action=image.version`)
      expect(entry).toBeDefined()
      return entry
    },
    { timeout: 60_000, interval: 100 },
  )
  expect(made).toMatchObject({
    actor: { id: ann.id },
    requestId: null,
    details: {
      cause: 'transform',
      version: { from: 1, to: 2 },
      width: { from: 90, to: 30 },
      recipe: { from: 'none', to: expect.stringContaining('30') },
      jobId: expect.any(String),
    },
  })
})

it('what changes nothing, or is refused, leaves nothing', async () => {
  const { ann, call } = stage
  const id = await stage.image()
  const calls = [
    await call('PATCH', `/api/images/${id}`, ann, { visibility: 'private' }),
    await call('POST', `/api/images/${id}/restore`, ann),
    await call('POST', '/api/images/bulk', ann, { imageIds: [id], change: { favourite: false } }),
    await call('PATCH', `/api/images/${id}`, await stage.join(), { visibility: 'public' }),
    await call('POST', `/api/images/${id}/undo`, ann),
  ]
  for (const answer of calls) expect(await stage.entriesOf(answer)).toEqual([])
})

it('an account is shown what it did, and what others did with what is its, not from where', async () => {
  const { admin, call } = stage
  const ann = await stage.join()
  const id = await uploadBy(ann)
  await call('PATCH', `/api/images/${id}`, admin, { visibility: 'public' })
  await call('PATCH', `/api/admin/users/${ann.id}`, admin, { quota: { bytes: 9_000_000, images: null } })
  await call('POST', '/api/auth/login', null, { username: ann.name, password: 'not it at all' })
  expect(await activity(ann)).toMatchObject([
    { action: 'session.start', outcome: 'failure', by: 'stranger', address: '127.0.0.1' },
    { action: 'user.change', by: 'administrator', address: null, userAgent: null, targetId: ann.id },
    {
      action: 'image.change',
      by: 'administrator',
      address: null,
      details: { visibility: { from: 'private' } },
    },
    { action: 'image.create', by: 'you', address: '127.0.0.1', targetId: id },
    { action: 'account.register', by: 'you' },
  ])
  expect(await activity(ann, 'kind=image&limit=1')).toHaveLength(1)
  expect(await activity(await stage.join(), `targetId=${id}`)).toEqual([])
})

it('is found by time', async () => {
  const ann = await stage.join()
  const first = await uploadBy(ann)
  const [entry] = await audit(`targetId=${first}`)
  const at = entry?.at ?? ''
  const later = new Date(Date.parse(at) + 1).toISOString()
  expect(await activity(ann, `since=${at}&kind=image`)).toHaveLength(1)
  expect(await activity(ann, `since=${later}&kind=image`)).toEqual([])
  expect(await activity(ann, `until=${at}&kind=image`)).toEqual([])
  expect(await activity(ann, `until=${later}&kind=image`)).toHaveLength(1)
  expect((await stage.call('GET', '/api/auth/activity?since=yesterday', ann)).status).toBe(400)
})

it('forgets what was written of an image that is deleted for good, and keeps that it was changed', async () => {
  const { call } = stage
  const ann = await stage.join()
  const [one, two] = [await uploadBy(ann, 'first-secret.jpg'), await uploadBy(ann, 'second-secret.jpg')]
  for (const id of [one, two])
    await call('PATCH', `/api/images/${id}`, ann, { tags: ['lovers'], favourite: true })
  await call('DELETE', `/api/images/${one}`, ann)
  await call('POST', '/api/images/bulk', ann, { imageIds: [two], change: { delete: true } })
  const left = await stage.house.database.query('select * from audit where target_id = any($1)', [[one, two]])
  expect(JSON.stringify(left)).not.toMatch(/secret\.jpg|lovers/)
  expect(await audit(`targetId=${two}`)).toMatchObject([
    { action: 'image.change', details: { favourite: { from: false, to: true }, forgotten: ['tags'] } },
    { action: 'image.create', details: { via: 'form', forgotten: ['originalName'] } },
  ])
  expect(await audit(`targetId=${one}&limit=1`)).toMatchObject([
    { action: 'image.delete', actor: { id: ann.id } },
  ])
})

it('forgets with an account what it wrote and what others wrote of what was its, and where it was', async () => {
  const { admin, call } = stage
  const bob = await stage.join()
  const id = await uploadBy(bob, 'bobs-diary.jpg')
  const { body: album } = await call('POST', '/api/albums', bob, { name: 'bobs-album' })
  await call('POST', '/api/searches', bob, { name: 'bobs-search', q: 'bobs-words' })
  await call('PATCH', '/api/auth/me', bob, { username: 'bobs-other-name' })
  await call('PATCH', `/api/images/${id}`, admin, { altText: 'bobs-alt-text' })
  await call('PATCH', `/api/albums/${album.id}`, admin, { description: 'bobs-description' })
  expect(JSON.stringify(await audit('limit=50'))).toMatch(/bobs-alt-text/)
  expect((await call('DELETE', '/api/auth/me', bob)).status).toBe(204)
  await vi.waitFor(async () => {
    const rows = await stage.house.database.query('select * from audit')
    expect(JSON.stringify(rows)).not.toMatch(/bobs-/)
  })
  const own = await stage.house.database.query(
    'select 1 from audit where actor_id = $1 and (address is not null or user_agent is not null or words is not null)',
    [bob.id],
  )
  expect(own).toEqual([])
  expect(await audit(`targetId=${id}&limit=1`)).toMatchObject([
    { action: 'image.change', ownerId: bob.id, actor: { id: admin.id }, details: { forgotten: ['altText'] } },
  ])
})
