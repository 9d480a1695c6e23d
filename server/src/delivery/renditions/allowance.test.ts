import { Failure } from '@rendition/contract'
import sharp from 'sharp'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import {
  createRequestLimits,
  inMemory,
  LimitReached,
  limitsConfigSchema,
  type RequestLimits,
} from '../../platform/limits/index.ts'
import type { Allowance, PictureRequest } from '../request/picture-request.ts'
import { type Door, type House, openHouse, owner } from '../testing/house.ts'

let house: House
let door: Door
let photo: Buffer
let id: string
let limits: RequestLimits
const openDoor = () => house.open({}, undefined, undefined, limits)
beforeAll(async () => {
  house = await openHouse()
  photo = await sharp({ create: { width: 4_000, height: 3_000, channels: 3, background: 'teal' } })
    .jpeg()
    .toBuffer()
})
afterAll(() => house.close())
beforeEach(async () => {
  limits = createRequestLimits(limitsConfigSchema.parse({ renders: '3/10m' }), inMemory)
  door = await openDoor()
  id = (await house.upload(photo, 'public')).id
})

const ask = async (width: number, headers: Record<string, string> = {}, method = 'GET') => {
  const answer = await fetch(`${door.url}/images/${id}?width=${width}`, { method, headers })
  await answer.arrayBuffer()
  return answer
}
const statuses = async (widths: readonly number[], headers: Record<string, string> = {}) => {
  const seen: number[] = []
  for (const width of widths) seen.push((await ask(width, headers)).status)
  return seen
}
const left = (answer: Response) => answer.headers.get('ratelimit')?.replace(/;t=\d+/, '') ?? null

it('a crawl of new widths is stopped, and what is there already goes on being served', async () => {
  const first = await ask(640)
  expect([first.status, first.headers.get('cache-status'), left(first)]).toEqual([
    200,
    expect.stringContaining('fwd=miss'),
    '"renders";r=2',
  ])
  expect(first.headers.get('ratelimit-policy')).toBe('"renders";q=3;w=600')
  expect(await statuses([750, 828, 1080, 1200])).toEqual([200, 200, 429, 429])
  const refused = await ask(1920)
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(500)
  expect(left(refused)).toBe('"renders";r=0')

  const before = house.counts.renders
  expect(await statuses([640, 750, 828, 640])).toEqual([200, 200, 200, 200])
  const hit = await ask(640)
  expect([hit.status, left(hit)]).toEqual([200, null])
  const etag = hit.headers.get('etag') ?? ''
  expect((await ask(640, { 'if-none-match': etag })).status).toBe(304)
  expect((await ask(750, {}, 'HEAD')).status).toBe(200)
  expect(house.counts.renders).toBe(before)
  // An account has an allowance of its own, wherever it is.
  expect((await ask(1080, house.as(owner))).status).toBe(200)
})

it('what is stored is not counted by a process that has it not in its memory', async () => {
  expect(await statuses([640, 750, 828])).toEqual([200, 200, 200])
  await door.delivery.idle()
  door = await openDoor()
  expect(await statuses([640, 750, 828, 1080])).toEqual([200, 200, 200, 429])
})

it('a picture that is not begun, since too many are asked for, does not count', async () => {
  house.beforeRender(async () => {
    throw new Failure('overloaded')
  })
  const busy = await ask(640)
  expect([busy.status, left(busy)]).toEqual([503, '"renders";r=3'])
  expect(await statuses([640, 750, 828, 1080])).toEqual([200, 200, 200, 429])
})

it('a picture that many wait for counts once', async () => {
  const open = house.holdRenders()
  const before = house.counts.renders
  const crowd = Array.from({ length: 8 }, () => ask(640))
  await vi.waitFor(() => expect(house.counts.renders).toBe(before + 1))
  open()
  expect((await Promise.all(crowd)).map(({ status }) => status)).toEqual(Array(8).fill(200))
  expect(await statuses([750, 828, 1080])).toEqual([200, 200, 429])
})

it('who waits for a picture is not refused because another has nothing left', async () => {
  let refuse = (): void => {}
  const refused = new Promise<void>((resolve) => {
    refuse = resolve
  })
  const state = {
    name: 'renders',
    most: 0,
    seconds: 60,
    unit: 'requests',
    left: 0,
    resetSeconds: 60,
  } as const
  const spent: string[] = []
  const nothingLeft: Allowance = {
    holder: async () => 'address:crawler',
    spend: async () => {
      spent.push('crawler')
      await refused
      throw new LimitReached(state, 'address:crawler', 'nothing is left')
    },
    giveBack: async () => {},
  }
  const plenty: Allowance = {
    holder: async () => 'address:reader',
    spend: async () => void spent.push('reader'),
    giveBack: async () => {},
  }
  const request = (allowance: Allowance): PictureRequest => ({
    method: 'GET',
    imageId: id,
    query: 'width=640',
    caller: async () => null,
    network: () => '192.0.2.1',
    allowance,
    accept: undefined,
    conditions: { ifNoneMatch: undefined, ifModifiedSince: undefined },
    range: { range: undefined, ifRange: undefined },
    hints: {},
    redirectable: false,
    sentByFront: false,
  })
  /** Asks, and comes back when it waits for the picture. */
  const ask = async (allowance: Allowance): Promise<{ answer: Promise<unknown> }> => {
    const { signal } = new AbortController()
    const joined = vi.spyOn(signal, 'addEventListener')
    const answer = door.delivery.deliver(request(allowance), signal).catch((error: unknown) => error)
    await vi.waitFor(() => expect(joined).toHaveBeenCalled())
    return { answer }
  }
  const crawler = await ask(nothingLeft)
  await vi.waitFor(() => expect(spent).toEqual(['crawler']))
  const others = await Promise.all([ask(plenty), ask(nothingLeft), ask(plenty)])
  refuse()
  expect(await crawler.answer).toBeInstanceOf(LimitReached)
  const [reader, second, third] = await Promise.all(others.map(({ answer }) => answer))
  expect([reader, third]).toEqual([
    expect.objectContaining({ status: 200 }),
    expect.objectContaining({ status: 200 }),
  ])
  expect(second).toBeInstanceOf(LimitReached)
  expect(spent).toEqual(['crawler', 'reader'])
})
