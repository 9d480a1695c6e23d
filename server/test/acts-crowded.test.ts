// @module-tag slow/load
import type { AuditEntry, Page } from '@rendition/contract'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type Account, openStage, type Stage } from './acts/stage.ts'

/** Acts on very many images, and very many acts on the same ones, with their entries in the audit. */
let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage?.close())

const audit = async (query: string): Promise<AuditEntry[]> =>
  (await stage.call<Page<AuditEntry>>('GET', `/api/admin/audit?${query}`, stage.admin)).body.items
const uploadBy = async (by: Account): Promise<string> =>
  (await stage.call('POST', '/api/images', by, stage.form())).body.id

/** As many again of an image that is there, without their files. */
async function multiply(id: string, count: number): Promise<void> {
  const { database } = stage.house
  // As found for a search as the first: what sorts them in would take each of them apart.
  for (const table of ['images', 'versions'])
    await database.query(`alter table ${table} disable trigger user`)
  await database.query(
    `with made as (select gen_random_uuid() as id from generate_series(1, $2::int)),
       copied as (insert into images
         select (jsonb_populate_record(i, jsonb_build_object('id', made.id))).* from images i, made where i.id = $1)
     insert into versions
       select (jsonb_populate_record(v, jsonb_build_object('image_id', made.id))).* from versions v, made
       where v.image_id = $1`,
    [id, count],
  )
  for (const table of ['images', 'versions']) await database.query(`alter table ${table} enable trigger user`)
}

it('a change of more than five thousand is one entry that counts them all, and so is taking it back', async () => {
  const ann = await stage.join()
  const id = await uploadBy(ann)
  const ready = async () =>
    expect((await stage.call<{ status: string }>('GET', `/api/images/${id}`, ann)).body.status).toBe(
      'complete',
    )
  await vi.waitFor(ready, { timeout: 30_000, interval: 50 })
  await multiply(id, 5_200)
  for (const [from, to] of [
    ['private', 'public'],
    ['public', 'private'],
  ] as const) {
    const asked = await stage.call<{ job: { id: string } }>('POST', '/api/images/bulk', ann, {
      query: { visibility: from },
      change: { visibility: to, addTags: ['many'] },
    })
    expect(asked.status, JSON.stringify(asked.body)).toBe(202)
    const ended = async () =>
      expect(
        (await stage.call<{ finishedAt: string | null }>('GET', `/api/jobs/${asked.body.job.id}`, ann)).body
          .finishedAt,
      ).not.toBeNull()
    await vi.waitFor(ended, { timeout: 240_000, interval: 250 })
    expect(await audit(`targetId=${asked.body.job.id}`)).toMatchObject([
      {
        action: 'image.bulk',
        actor: { id: ann.id },
        requestId: asked.requestId,
        details: { changed: 5_201, before: { visibility: { [from]: 5_201 } }, change: { visibility: to } },
      },
    ])
  }
  expect(await audit(`actorId=${ann.id}&action=image.change`)).toEqual([])
}, 600_000)

it('many acts on the same things at once wait for each other in no circle', async () => {
  const { call, admin } = stage
  const deadlocks = async (): Promise<number> => {
    const [row] = await stage.house.database.query<{ n: number }>(
      'select deadlocks::int as n from pg_stat_database where datname = current_database()',
    )
    return row?.n ?? 0
  }
  const before = await deadlocks()
  const answers: { status: number; what: string }[] = []
  for (let round = 0; round < 6; round += 1) {
    const ann = await stage.join()
    const ids: string[] = []
    for (let n = 0; n < 12; n += 1) ids.push(await uploadBy(ann))
    const { body: album } = await call('POST', '/api/albums', ann, { name: 'sea', imageIds: ids.slice(0, 6) })
    const back = [...ids].reverse()
    const change = (by: Account, what: string, method: string, path: string, body?: object) =>
      call<unknown>(method, path, by, body).then(({ status }) => void answers.push({ status, what }))
    await Promise.all([
      change(ann, 'bulk', 'POST', '/api/images/bulk', { imageIds: ids, change: { addTags: ['a'] } }),
      change(ann, 'bulk back', 'POST', '/api/images/bulk', {
        imageIds: back,
        change: { visibility: 'public' },
      }),
      change(ann, 'bulk album', 'POST', '/api/images/bulk', {
        imageIds: back,
        change: { addToAlbum: album.id },
      }),
      change(ann, 'bulk trash', 'POST', '/api/images/bulk', {
        imageIds: ids.slice(3, 9),
        change: { trash: true },
      }),
      change(ann, 'bulk delete', 'POST', '/api/images/bulk', {
        imageIds: back.slice(0, 4),
        change: { delete: true },
      }),
      change(admin, 'jobs', 'POST', '/api/admin/jobs/change', {
        filter: { ownerId: ann.id },
        change: { status: 'cancelled' },
      }),
      change(admin, 'all jobs', 'POST', '/api/admin/jobs/change', {
        filter: {},
        change: { priority: 'bulk' },
      }),
      change(ann, 'transform', 'POST', '/api/jobs', { imageIds: back, type: 'transform', width: 20 }),
      change(admin, 'transform of theirs', 'POST', '/api/jobs', {
        imageIds: ids,
        type: 'transform',
        watermarkText: 'x',
      }),
      ...ids
        .slice(0, 6)
        .flatMap((id, n) => [
          change(admin, 'change', 'PATCH', `/api/images/${id}`, { altText: `${n}` }),
          change(n % 2 === 0 ? ann : admin, 'delete', 'DELETE', `/api/images/${back[n]}`),
        ]),
      change(ann, 'share', 'POST', '/api/shares', { albumId: album.id }),
      change(ann, 'album', 'PATCH', `/api/albums/${album.id}`, { name: 'sky' }),
      change(admin, 'user', 'PATCH', `/api/admin/users/${ann.id}`, {
        quota: { bytes: 9_000_000, images: null },
      }),
      ...(round % 2 === 0 ? [] : [change(ann, 'erase', 'DELETE', '/api/auth/me')]),
    ])
  }
  expect(answers.filter(({ status }) => status >= 500 || status === 400)).toEqual([])
  expect(await deadlocks()).toBe(before)
}, 300_000)
