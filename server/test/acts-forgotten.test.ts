import type { ActivityEntry, Page } from '@rendition/contract'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { type Account, openStage, type Stage } from './acts/stage.ts'

/** What was written in entries whose target is another, such as a job, goes with the image or the account that they are about. */
let stage: Stage
let ann: Account
beforeAll(async () => {
  stage = await openStage()
})
beforeEach(async () => {
  ann = await stage.join()
})
afterAll(() => stage?.close())

const written = async (): Promise<string> =>
  JSON.stringify(await stage.house.database.query('select * from audit'))
const uploadBy = async (by: Account): Promise<string> =>
  (await stage.call('POST', '/api/images', by, stage.form())).body.id

it('what was to be drawn on a picture, by itself or among others', async () => {
  const [one, two] = [await uploadBy(ann), await uploadBy(ann)]
  await stage.call('POST', `/api/images/${one}/transform`, ann, {
    saveImage: true,
    watermarkText: 'drawn-one',
  })
  const wanted = { imageIds: [two, one], type: 'transform', watermarkText: 'drawn-both' }
  expect((await stage.call('POST', '/api/jobs', ann, wanted)).status).toBe(202)
  expect(await written()).toMatch(/drawn-one.*drawn-both/s)
  await stage.call('DELETE', `/api/images/${one}`, ann)
  expect(await written()).not.toMatch(/drawn-/)
})

it('tags that many were given at once', async () => {
  const [one, two] = [await uploadBy(ann), await uploadBy(ann)]
  await stage.call('POST', '/api/images/bulk', ann, {
    imageIds: [one, two],
    change: { addTags: ['given-tag'] },
  })
  expect(await written()).toMatch(/given-tag/)
  await stage.call('POST', '/api/images/bulk', ann, { imageIds: [two], change: { delete: true } })
  expect(await written()).not.toMatch(/given-tag/)
})

it('the name and the tags that an archive came with', async () => {
  const archive = stage.archive()
  archive.set('tags', 'packed-tag')
  const asked = await stage.call<{ jobId: string }>('POST', '/api/images/archive', ann, archive)
  expect(asked.status, JSON.stringify(asked.body)).toBe(202)
  const id = await vi.waitFor(
    async () => {
      const { body } = await stage.call<Page<{ id: string }>>('GET', '/api/images', ann)
      expect(body.items).toHaveLength(1)
      return body.items[0]?.id
    },
    { timeout: 30_000, interval: 50 },
  )
  expect(await written()).toMatch(/packed-tag/)
  await stage.call('DELETE', `/api/images/${id}`, ann)
  expect(await written()).not.toMatch(/packed-tag|a\.zip/)
})

it('an album keeps its name when one of its pictures goes', async () => {
  const id = await uploadBy(ann)
  await stage.call('POST', '/api/albums', ann, { name: 'kept-name', imageIds: [id] })
  await stage.call('DELETE', `/api/images/${id}`, ann)
  expect(await written()).toMatch(/kept-name/)
})

it('where webhooks of an account went', async () => {
  const { body } = await stage.call('POST', '/api/webhooks', ann, { url: 'https://ann-at-home.example/hook' })
  await stage.call('PATCH', `/api/webhooks/${body.id}`, ann, { url: 'https://ann-at-work.example/hook' })
  await stage.call('DELETE', `/api/webhooks/${body.id}`, ann)
  expect(await written()).toMatch(/ann-at-home/)
  expect((await stage.call('DELETE', '/api/auth/me', ann)).status).toBe(204)
  await vi.waitFor(async () => expect(await written()).not.toMatch(/ann-at-/))
})

it('shows an account of a batch by an administrator its own images alone', async () => {
  const bob = await stage.join()
  const [anns, bobs] = [await uploadBy(ann), await uploadBy(bob)]
  const wanted = { imageIds: [anns, bobs], type: 'transform', watermarkText: 'by the house' }
  expect((await stage.call('POST', '/api/jobs', stage.admin, wanted)).status).toBe(202)
  const seen = async (by: Account): Promise<ActivityEntry[]> =>
    (await stage.call<Page<ActivityEntry>>('GET', '/api/auth/activity?action=job.create', by)).body.items
  for (const [by, id] of [
    [ann, anns],
    [bob, bobs],
  ] as const) {
    const entries = await seen(by)
    expect(entries).toMatchObject([{ by: 'administrator', details: { type: 'transform' } }])
    expect(JSON.stringify(entries)).toContain(id)
    expect(JSON.stringify(entries)).not.toContain(id === anns ? bobs : anns)
  }
})

it('shows an account of jobs that a filter changed its own alone', async () => {
  const bob = await stage.join()
  // What was asked for before would be among them.
  const unfinished = () =>
    stage.house.database.query(`select id from jobs where status in ('pending', 'processing')`)
  await vi.waitFor(async () => expect(await unfinished()).toEqual([]), { timeout: 60_000 })
  const lane = (paused: boolean) => stage.call('PATCH', '/api/admin/lanes/bulk', stage.admin, { paused })
  await lane(true)
  const wait = async (by: Account): Promise<string> => {
    const wanted = { imageId: await uploadBy(by), type: 'transform', width: 20, priority: 'bulk' }
    return (await stage.call('POST', '/api/jobs', by, wanted)).body.id
  }
  const [anns, bobs] = [await wait(ann), await wait(bob)]
  const filter = { status: 'pending', type: 'transform', priority: 'bulk' }
  const answer = await stage.call<{ changed: number }>('POST', '/api/admin/jobs/change', stage.admin, {
    filter,
    change: { status: 'cancelled' },
  })
  await lane(false)
  expect(answer.body.changed).toBe(2)
  const entries = await stage.entriesOf(answer)
  expect(entries.map(({ ownerId }) => ownerId).sort()).toEqual([ann.id, bob.id].sort())
  for (const [by, id] of [
    [ann, anns],
    [bob, bobs],
  ] as const) {
    const { body } = await stage.call<Page<ActivityEntry>>('GET', '/api/auth/activity?action=job.change', by)
    expect(body.items).toMatchObject([
      { by: 'administrator', details: { status: 'cancelled', jobs: 1, ids: [id] } },
    ])
  }
})

it('finds what a process of an earlier version writes by whose it is, and forgets what is written in it', async () => {
  const { database } = stage.house
  const write = (action: string, details: object): Promise<unknown> =>
    database.query(
      `insert into audit (id, at, action, outcome, actor_id, target_id, details)
       values (gen_random_uuid(), now(), $1, 'success', $2, null, $3)`,
      [action, stage.admin.id, JSON.stringify(details)],
    )
  await write('job.change', { owner: ann.id, status: { from: 'pending', to: 'cancelled' } })
  await write('job.change', { owner: stage.admin.id, priority: { from: 'bulk', to: 'interactive' } })
  await write('presets.change', { set: { from: '1', to: '2' }, note: 'as-before-note' })
  const { body } = await stage.call<Page<ActivityEntry>>('GET', '/api/auth/activity?kind=job', ann)
  expect(body.items).toMatchObject([{ by: 'administrator', details: { status: { to: 'cancelled' } } }])
  const rows = await database.query<{ whose: string | null; details: object; words: object | null }>(
    `select whose, details, words from audit where actor_id = $1 and action in ('job.change', 'presets.change')
     and (details ? 'set' or details -> 'priority' ->> 'to' = 'interactive') order by action`,
    [stage.admin.id],
  )
  expect(rows).toEqual([
    { whose: null, details: { priority: { from: 'bulk', to: 'interactive' } }, words: null },
    { whose: null, details: { set: { from: '1', to: '2' } }, words: { note: 'as-before-note' } },
  ])
})
