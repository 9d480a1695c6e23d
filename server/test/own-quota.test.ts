import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Job, Problem } from '@rendition/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Account, openStage, type Stage } from './acts/stage.ts'

/** What an administrator lets one account keep is refused beyond, by whatever way a picture comes. */
let stage: Stage
beforeAll(async () => {
  stage = await openStage()
})
afterAll(() => stage?.close())

const byForm = (who: Account) => stage.call<Problem>('POST', '/api/images', who, stage.form())
const byTus = (who: Account) =>
  stage.call<Problem>('POST', '/api/uploads', who, undefined, {
    'tus-resumable': '1.0.0',
    'upload-length': String(stage.picture.length),
  })
async function limited(quota: { bytes: number | null; images: number | null }): Promise<Account> {
  const who = await stage.join()
  expect((await stage.call('PATCH', `/api/admin/users/${who.id}`, stage.admin, { quota })).status).toBe(200)
  return who
}

it('of many uploads at once takes as many as it lets, by whatever way they come', async () => {
  const who = await limited({ images: 7, bytes: null })
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, n) => (n % 5 === 4 ? byTus(who) : byForm(who))),
  )
  const taken = answers.filter(({ status }) => status === 201)
  const refused = answers.filter(({ body }) => body?.code === 'quota_exceeded')
  // An account has a bound of unfinished uploads as well.
  const waiting = answers.filter(({ status }) => status === 429)
  expect([taken.length, refused.length + waiting.length]).toEqual([7, 43])
  expect(refused.length).toBeGreaterThan(20)

  const pressed = await limited({ images: null, bytes: Math.floor(stage.picture.length * 7.5) })
  const pressing = await Promise.all(Array.from({ length: 50 }, () => byForm(pressed)))
  expect(pressing.filter(({ status }) => status === 201)).toHaveLength(7)
  const kept = await stage.house.database.query<{ bytes: number }>(
    'select coalesce(sum(size), 0)::int as bytes from images where owner_id = $1',
    [pressed.id],
  )
  expect(kept[0]?.bytes).toBe(7 * stage.picture.length)
})

it('has nothing fetched for an account that is full, neither when it is asked for nor by then', async () => {
  const asked: string[] = []
  const source = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end(stage.picture)
  })
  await new Promise<void>((resolve) => source.listen(0, '127.0.0.1', resolve))
  const address = `http://127.0.0.1:${(source.address() as AddressInfo).port}`
  const fetchFor = (who: Account, path: string) =>
    stage.call<Pick<Problem, 'code'> & Pick<Job, 'id'>>('POST', '/api/images/import', who, {
      url: `${address}/${path}`,
    })
  try {
    const who = await limited({ images: 1, bytes: null })
    const { status, body } = await fetchFor(who, 'in-time')
    expect(status).toBe(202)
    await expect
      .poll(async () => (await stage.call<Job>('GET', `/api/jobs/${body.id}`, who)).body.status)
      .toBe('complete')
    expect((await fetchFor(who, 'too-late')).body.code).toBe('quota_exceeded')

    const full = await limited({ images: 1, bytes: null })
    await stage.call('PATCH', '/api/admin/lanes/interactive', stage.admin, { paused: true })
    const late = (await fetchFor(full, 'full-by-then')).body.id
    expect((await byForm(full)).status).toBe(201)
    await stage.call('PATCH', '/api/admin/lanes/interactive', stage.admin, { paused: false })
    await expect
      .poll(async () => (await stage.call<Job>('GET', `/api/jobs/${late}`, full)).body.errorCode)
      .toBe('quota_exceeded')
    expect(asked).toEqual(['/in-time'])
  } finally {
    source.close()
  }
})

describe.each([
  ['pictures', () => ({ images: 1, bytes: null })],
  ['bytes', () => ({ images: null, bytes: Math.floor(stage.picture.length * 1.5) })],
])('a quota of %s that is the account’s own', (_what, quota) => {
  it.each([
    ['by form', byForm],
    ['by tus', byTus],
  ])('refuses what comes %s beyond it, and nobody else', async (_way, send) => {
    const who = await limited(quota())
    expect((await byForm(who)).status).toBe(201)
    const refused = await send(who)
    expect([refused.status, refused.body.code]).toEqual([403, 'quota_exceeded'])
    const other = await stage.join()
    expect((await byForm(other)).status).toBe(201)
    expect((await send(other)).status).toBe(201)
    // Taken back, the configured one counts again.
    await stage.call('PATCH', `/api/admin/users/${who.id}`, stage.admin, {
      quota: { bytes: null, images: null },
    })
    expect((await send(who)).status).toBe(201)
  })
})
