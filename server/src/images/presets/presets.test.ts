import type { Image, Job, PresetEstimate, PresetSetPage, PresetStateView, Problem } from '@rendition/contract'
import { defaultPresets } from '@rendition/contract/recipe'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { startWorks, type User } from '../../../test/works.ts'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import type { Deed } from '../../platform/audit.ts'
import { noDeeds } from '../../platform/database/port.ts'
import { openBus } from '../../platform/events/index.ts'
import { storageKey } from '../../platform/storage/key.ts'
import { releaseReplaced } from '../store/renditions.ts'
import { jpeg, multipart } from '../testing/pictures.ts'

let shop: Workshop
let admin: User
let user: User
const deeds: Deed[] = []
const purged: string[][] = []
beforeAll(async () => {
  shop = await openWorkshop({
    deeds: {
      ...noDeeds,
      record: async (_tx, _by, deed) => String(deed.action.startsWith('presets.') && deeds.push(deed)),
    },
    purgePresets: async (_tx, names) => void purged.push([...names]),
  })
  admin = shop.user('admin')
  user = shop.user()
})
afterAll(() => shop.close())

type Method = 'GET' | 'PUT' | 'POST'
const call = (
  who: User,
  method: Method,
  path: string,
  payload?: object,
  headers: Record<string, string> = {},
) =>
  shop.app.inject({
    method,
    url: `/api/presets${path}`,
    headers: { ...who.headers, ...headers },
    ...(payload === undefined ? {} : { payload }),
  })
async function shown(): Promise<{ state: PresetStateView; etag: string }> {
  const answer = await call(admin, 'GET', '')
  return { state: answer.json(), etag: String(answer.headers.etag) }
}
const sized = (name: string, width: number) => ({
  name,
  parameters: { width: String(width), height: String(width), fit: 'inside', enlarge: 'false' },
})
const change = async (presets: object[], match?: string) =>
  call(admin, 'PUT', '', { presets }, { 'if-match': match ?? (await shown()).etag })
/** Passes of upkeep until nothing is coming. */
const applied = () =>
  vi.waitFor(
    async () => {
      await shop.images.upkeep.applyOnce()
      const { state } = await shown()
      expect(state.coming).toBeNull()
      return state
    },
    { timeout: 60_000, interval: 50 },
  )
const show = async (id: string): Promise<Image> =>
  (await shop.app.inject({ url: `/api/images/${id}`, headers: user.headers })).json()
async function upload(): Promise<Image> {
  const { payload, headers } = multipart([{ name: 'f', value: await jpeg(900, 600), filename: 'a.jpg' }])
  const all = { ...headers, ...user.headers }
  const answer = await shop.app.inject({ method: 'POST', url: '/api/images', payload, headers: all })
  return vi.waitFor(
    async () => {
      const image = await show(answer.json<Image>().id)
      expect(image.status).toBe('complete')
      return image
    },
    { timeout: 30_000, interval: 30 },
  )
}
const kinds = async (id: string) =>
  (await shop.images.reader.ledger.list(id)).map(({ kind, name, width }) => `${kind} ${name} ${width}`).sort()
const problemOf = async (answer: ReturnType<typeof call>) => {
  const { statusCode, json } = await answer
  const { code, detail } = json<Problem>()
  return [statusCode, code, detail]
}

it('begin with the set that the service comes with, which everybody reads', async () => {
  const answer = await call(shop.user('viewer'), 'GET', '')
  const state = answer.json<PresetStateView>()
  expect([answer.statusCode, state.source, state.version, state.coming]).toEqual([200, 'data', 1, null])
  expect(state.presets.map(({ name }) => name)).toEqual(['thumbnail', 'small', 'medium', 'large'])
  expect(state.presets[0]?.parameters).toEqual({ width: '150', height: '150' })
})

it('are changed behind the set in force, which is given until the next is whole', async () => {
  const before = await upload()
  const old = (await shown()).state.presets
  const answer = await change([
    ...old
      .filter(({ name }) => name !== 'large')
      .map(({ name, recipe }) => ({ name, recipe }))
      .slice(0, 1),
    sized('small', 300),
    sized('hero', 700),
  ])
  expect(answer.statusCode).toBe(202)
  const coming = answer.json<PresetStateView>()
  expect([coming.version, coming.coming?.version, coming.coming?.done, coming.coming?.total]).toEqual([
    1, 2, 0, 1,
  ])
  // Nothing is shown of it yet, however much of it is there
  const during = await show(before.id)
  expect(during.sizes).toEqual(before.sizes)
  const late = await upload()
  expect(Object.keys(late.sizes)).toEqual(['thumbnail', 'small', 'medium', 'large', 'original'])
  const state = await applied()
  expect([state.version, state.presets.map(({ name }) => name)]).toEqual([2, ['thumbnail', 'small', 'hero']])
  for (const { id } of [before, late]) {
    const { sizes } = await show(id)
    expect(Object.entries(sizes).map(([name, { width }]) => [name, width])).toEqual([
      ['thumbnail', 150],
      ['small', 300],
      ['hero', 700],
      ['original', 900],
    ])
    expect(sizes.small?.url).toContain('&set=2')
    expect(sizes.original?.url).not.toContain('&set=')
  }
  // The job of an upload tells of a preset too: the URL of before the change may stay in a browser for long
  const { imageUrl } = (
    await shop.app.inject({ url: `/api/jobs/${late.jobId}`, headers: user.headers })
  ).json<Job>()
  expect(imageUrl).toMatch(/preset=\w+&.*set=2|set=2&.*preset=/)
  // What was replaced can be evicted; what did not change was not made again
  await vi.waitFor(async () => {
    await shop.images.upkeep.applyOnce()
    expect(await kinds(before.id)).toEqual([
      'delivery large 900',
      'delivery medium 900',
      'delivery small 480',
      'preset hero 700',
      'preset small 300',
      'preset thumbnail 150',
    ])
  })
  expect(purged).toEqual([['small', 'medium', 'large', 'hero']])
  expect(deeds.map(({ action }) => action)).toEqual(['presets.change', 'presets.switch'])
  expect(deeds[0]?.details).toMatchObject({
    set: { from: '1', to: '2' },
    'preset small': {
      from: 'width=480&height=480&fit=inside&enlarge=false',
      to: 'width=300&height=300&fit=inside&enlarge=false',
    },
    'preset hero': { from: 'none' },
  })
})

it('go back without rendering what is still there', async () => {
  const image = await upload()
  const first = (await shown()).state.presets.map(({ name, recipe }) => ({ name, recipe }))
  const older = (await shown()).state.version ?? 0
  await change([...first, sized('wide', 640)])
  await applied()
  const wide = (await shop.images.reader.ledger.list(image.id)).length
  const answer = await call(admin, 'POST', `/sets/${older}/restore`, undefined, {
    'if-match': (await shown()).etag,
  })
  expect(answer.statusCode).toBe(202)
  await applied()
  expect((await shop.images.reader.ledger.list(image.id)).length).toBe(wide)
  expect(Object.keys((await show(image.id)).sizes)).toEqual([...first.map(({ name }) => name), 'original'])
  const { items, nextBefore } = (await call(admin, 'GET', '/sets?limit=2')).json<PresetSetPage>()
  expect(items.map(({ version, state, restoredFrom }) => [version, state, restoredFrom])).toEqual([
    [older + 2, 'in_force', older],
    [older + 1, 'earlier', null],
  ])
  expect(nextBefore).toBe(older + 1)
})

it('stop when the set in force is restored', async () => {
  await upload()
  const { state } = await shown()
  const names = state.presets.map(({ name }) => name)
  const started = await change([sized('other', 222)])
  expect(started.json<PresetStateView>().coming?.presets.map(({ name }) => name)).toEqual(['other'])
  const match = String(started.headers.etag)
  expect(
    (await call(admin, 'POST', `/sets/${state.version}/restore`, undefined, { 'if-match': match }))
      .statusCode,
  ).toBe(202)
  expect((await applied()).presets.map(({ name }) => name)).toEqual(names)
})

it('are changed by one of several who saw the same, and go back at any moment of being made', async () => {
  const image = await upload()
  const { state, etag } = await shown()
  const given = state.presets.map(({ name, recipe }) => ({ name, recipe }))
  const at = await Promise.all([310, 320, 330, 340].map((width) => change([sized('small', width)], etag)))
  expect(at.map(({ statusCode }) => statusCode).sort()).toEqual([202, 412, 412, 412])
  const back = async () => {
    const match = (await shown()).etag
    return call(admin, 'POST', `/sets/${state.version}/restore`, undefined, { 'if-match': match })
  }
  for (let passes = 0; passes < 5; passes += 1) {
    if (passes > 0) expect((await change([...given, sized('more', 100 + passes)])).statusCode).toBe(202)
    for (let n = 0; n < passes; n += 1) await shop.images.upkeep.applyOnce()
    const [restored] = await Promise.all([back(), shop.images.upkeep.applyOnce()])
    // It came in force between the look and the change: that is said, and what is in force is restored.
    if (restored?.statusCode === 412) expect((await back()).statusCode).toBe(202)
    else expect(restored?.statusCode).toBe(202)
    const names = (await applied()).presets.map(({ name }) => name)
    expect(names).toEqual(given.map(({ name }) => name))
  }
  const sizes = Object.keys((await show(image.id)).sizes)
  expect(sizes).toEqual([...given.map(({ name }) => name), 'original'])
})

it('are left out of the sizes of a picture that their recipe cannot be made of, which is counted', async () => {
  const image = await upload()
  const { state } = await shown()
  const [{ total } = { total: 0 }] = await shop.database.db.query<{ total: number }>(
    "select count(*)::int as total from versions where status = 'complete'",
  )
  const others = state.presets
    .filter(({ name }) => name !== 'small')
    .map(({ name, recipe }) => ({ name, recipe }))
  const beyond = { steps: [{ op: 'crop', x: 2000, y: 0, width: 10, height: 10 }] }
  await change([...others, { name: 'small', recipe: beyond }])
  await applied()
  expect(deeds.at(-1)).toMatchObject({ action: 'presets.switch', details: { failed: total } })
  // A URL that is told has a picture: of the one before there is none by this name any more
  await vi.waitFor(async () => {
    await shop.images.upkeep.applyOnce()
    const { sizes } = await show(image.id)
    expect(Object.keys(sizes)).toEqual([...others.map(({ name }) => name), 'original'])
  })
  const headers = { 'if-match': (await shown()).etag }
  await call(admin, 'POST', `/sets/${state.version}/restore`, undefined, headers)
  await applied()
  expect((await show(image.id)).sizes).toHaveProperty('small')
})

it('of a coming set are not taken for what a job of the set before replaces', async () => {
  const image = await upload()
  const { db } = shop.database
  const row = { imageId: image.id, kind: 'preset', name: 'x', version: 1, format: 'webp', width: 9 } as const
  const rest = { contentType: 'image/webp', height: 9, size: 1, etag: '"x"' } as const
  const store = async (key: string, presetSet: number) => {
    const rendition = { ...row, ...rest, key, presetSet, storageKey: storageKey(`images/${image.id}/${key}`) }
    await shop.images.reader.ledger.record(rendition)
  }
  await Promise.all([store('older', 1), store('now', 2), store('coming', 3)])
  const made = [{ key: 'now', name: 'x' }]
  await db.transaction((tx) => releaseReplaced(tx, { imageId: image.id, version: 1 }, made, 2))
  const kept = await db.query<{ key: string }>(
    "select key from renditions where image_id = $1 and name = 'x' and kind = 'preset' order by key",
    [image.id],
  )
  expect(kept.map(({ key }) => key)).toEqual(['coming', 'now'])
  await db.query("delete from renditions where image_id = $1 and name = 'x'", [image.id])
})

it('keep the picture of before where nothing new can be made, and are in force all the same', async () => {
  const image = await upload()
  const version = await shop.images.reader.version(image.id)
  if (version === null) throw new Error('no version')
  await shop.storage.put(version.original.key, Buffer.from('no picture any more'))
  const others = (await shown()).state.presets
    .filter(({ name }) => name !== 'small')
    .map(({ name, recipe }) => ({ name, recipe }))
  await change([...others, sized('small', 211)])
  const during = await vi.waitFor(
    async () => {
      await shop.images.upkeep.applyOnce()
      const { rows } = {
        rows: await shop.database.db.query<{ failed: number }>('select failed from preset_state'),
      }
      expect(rows[0]?.failed).toBe(1)
      return (await shown()).state
    },
    { timeout: 60_000, interval: 30 },
  )
  expect(during.coming === null || during.coming.failed === 1).toBe(true)
  await applied()
  await shop.images.upkeep.applyOnce()
  expect((await show(image.id)).sizes.small?.width).toBe(300)
  expect(await kinds(image.id)).toContain('preset small 300')
})

it('say before what they would cost, and make nothing for it', async () => {
  await upload()
  const { state } = await shown()
  const rest = state.presets
    .filter(({ name }) => name !== 'small')
    .map(({ name, recipe }) => ({ name, recipe }))
  const answer = await call(admin, 'POST', '/estimate', {
    presets: [...rest, sized('small', 150), sized('big', 800)],
  })
  const cost = answer.json<PresetEstimate>()
  expect(cost.changes.map(({ name, kind }) => [name, kind])).toEqual([
    ['thumbnail', 'same'],
    ['hero', 'same'],
    ['small', 'changed'],
    ['big', 'added'],
  ])
  expect(cost.renditions).toBe(2 * cost.versions)
  const [small, big] = cost.changes.slice(2)
  expect(small?.bytes).toBeGreaterThan(0)
  expect(small?.bytes).toBeLessThan(big?.bytes ?? 0)
  expect(cost.leftBytes).toBeGreaterThan(0)
  expect(cost.seconds).not.toBeNull()
  expect(cost.basis).toMatchObject({ versions: cost.versions, slots: 4 })
  expect(cost.basis.jobs).toBeGreaterThan(0)
  expect((await shown()).state).toEqual(state)
  const same = await call(admin, 'POST', '/estimate', {
    presets: state.presets.map(({ name, recipe }) => ({ name, recipe })),
  })
  expect(same.json<PresetEstimate>()).toMatchObject({ renditions: 0, bytes: 0, leftBytes: 0 })
})

it('are made of what came to be behind them, and then nothing more is asked for', async () => {
  const { id } = await upload()
  const request = { method: 'POST', headers: user.headers } as const
  await shop.app.inject({ ...request, url: `/api/images/${id}/versions/1/restore` })
  await change([
    ...(await shown()).state.presets.map(({ name, recipe }) => ({ name, recipe })),
    sized('late', 77),
  ])
  await applied()
  await shop.app.inject({ ...request, url: `/api/images/${id}/undo` })
  expect((await show(id)).sizes.late?.width).toBe(77)
  const restored = await shop.app.inject({ ...request, url: `/api/images/${id}/versions/1/restore` })
  expect(restored.statusCode).toBeLessThan(300)
  // A restored version is complete at once, and known to no job
  await vi.waitFor(
    async () => {
      expect(await shop.images.upkeep.applyOnce()).toBe(false)
      const behind = await shop.database.db.query(
        `select 1 from versions where status = 'complete' and presets_made < (select in_force from preset_state)`,
      )
      expect(behind).toEqual([])
    },
    { timeout: 30_000, interval: 50 },
  )
  expect((await show(id)).sizes.late?.width).toBe(77)
})

it('are known to a process that heard nothing, and to one that starts, within seconds', async () => {
  const bus = await openBus({ url: 'memory:' })
  const { database, storage, queue, results } = shop
  const parts = { db: database.db, storage, queue, bus, results }
  const deaf = await startWorks(parts, { worker: false })
  const before = deaf.images.presetBook.now().inForce
  await change([sized('late', 90)])
  const { version } = await applied()
  expect(before.version).toBe((version ?? 0) - 1)
  await vi.waitFor(() => expect(deaf.images.presetBook.now().inForce.version).toBe(version), {
    timeout: 10_000,
  })
  const started = await startWorks(parts, { worker: false })
  expect([...started.images.presetBook.now().inForce.presets.keys()]).toEqual(['late'])
  // Set in the configuration they are that, whatever the data say
  const configured = await startWorks(parts, { worker: false, images: { presets: defaultPresets } })
  const asked = await configured.app.inject({ url: '/api/presets', headers: admin.headers })
  expect(asked.json()).toMatchObject({ source: 'configuration', version: null, coming: null })
  for (const [method, url] of [
    ['PUT', '/api/presets'],
    ['POST', '/api/presets/estimate'],
    ['POST', '/api/presets/sets/1/restore'],
    ['GET', '/api/presets/sets'],
  ] as const) {
    const headers = { ...admin.headers, 'if-match': '*' }
    const payload = method === 'GET' || url.includes('restore') ? {} : { payload: { presets: [] } }
    const refused = await configured.app.inject({ method, url, headers, ...payload })
    expect([refused.statusCode, refused.json<Problem>().code]).toEqual([409, 'presets_configured'])
    expect(refused.json<Problem>().detail).toContain('PRESETS')
  }
  expect(await configured.images.upkeep.applyOnce()).toBe(false)
  await Promise.all([deaf, started, configured].map((works) => works.stop()))
  await bus.close()
}, 60_000)

it('are refused with what is wrong of them', async () => {
  const { etag, state } = await shown()
  const match = { 'if-match': etag }
  const put = (presets: object[]) => call(admin, 'PUT', '', { presets }, match)
  expect((await put([{ name: 'original', parameters: { width: '5' } }])).statusCode).toBe(400)
  expect((await put([sized('a', 5), sized('a', 6)])).statusCode).toBe(400)
  expect((await put([{ name: 'a' }])).statusCode).toBe(400)
  expect((await put(Array.from({ length: 51 }, (_, n) => sized(`p${n}`, 10)))).statusCode).toBe(400)
  const wrong = await put([sized('fine', 20), { name: 'a', parameters: { width: '99999', v: '1' } }])
  expect([wrong.statusCode, wrong.json<Problem>().errors?.map(({ path }) => path)]).toEqual([
    400,
    ['presets.1.parameters.width'],
  ])
  const large = { steps: [{ op: 'resize', width: 9000 }] }
  expect((await problemOf(put([{ name: 'a', recipe: large }])))[2]).toContain('larger than 8192 pixels')
  const mark = { watermarkImage: '019a3c5e-7d21-7b44-9c1f-5e2a8d0b6f37' }
  expect((await problemOf(put([{ name: 'a', parameters: mark }])))[2]).toContain('lays an image over')
  expect((await problemOf(put([{ name: 'a', parameters: { format: 'auto' } }])))[2]).toContain(
    'auto is decided',
  )
  expect((await shown()).state).toEqual(state)
})

it('are changed by administrators alone, from what they have seen', async () => {
  const { etag } = await shown()
  const body = { presets: [sized('a', 50)] }
  expect((await problemOf(call(user, 'PUT', '', body, { 'if-match': etag })))[1]).toBe('forbidden')
  expect((await problemOf(call(user, 'GET', '/sets')))[1]).toBe('forbidden')
  expect((await call(admin, 'PUT', '', body)).statusCode).toBe(400)
  expect(await problemOf(call(admin, 'PUT', '', body, { 'if-match': '"presets-0"' }))).toEqual([
    412,
    'precondition_failed',
    'The presets were changed meanwhile. Read them again, and then change them.',
  ])
  expect((await problemOf(call(admin, 'GET', '/sets/99999')))[1]).toBe('not_found')
  // As a proxy writes it that compresses
  expect((await problemOf(call(admin, 'PUT', '', body, { 'if-match': 'W/"presets-0"' })))[0]).toBe(412)
  const { state } = await shown()
  const same = { presets: state.presets.map(({ name, recipe }) => ({ name, recipe })) }
  expect((await call(admin, 'PUT', '', same, { 'if-match': `W/${etag}` })).statusCode).toBe(202)
  // Two at once, from the same state: one of them
  const both = await Promise.all([change([sized('one', 61)], etag), change([sized('two', 62)], etag)])
  expect(both.map(({ statusCode }) => statusCode).sort()).toEqual([202, 412])
  await applied()
})
