import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { type Door, type House, openHouse, owner } from '../testing/house.ts'
import { photo } from '../testing/pictures.ts'

let house: House
let door: Door
let id: string

beforeAll(async () => {
  house = await openHouse({ processes: 1, queueWaitMs: 10_000 })
  door = await house.open()
  id = (await house.upload(await photo(1600, 1200), 'private')).id
})
afterAll(() => house.close())

const patience = { timeout: 20_000, interval: 10 }

it('refuses at once what could not be in time, serves others meanwhile, and is left without a trace', async () => {
  const release = house.holdRenders()
  const leaving = new AbortController()
  // Also where it fails in the middle, or it would stand in the way of its second try and of the next one.
  onTestFinished(() => {
    release()
    leaving.abort()
  })
  const refused: { ms: number; retryAfter: number }[] = []
  let left = 0
  /** A picture that is expected to take most of a second. */
  const ask = async (width: number): Promise<void> => {
    const asked = performance.now()
    try {
      const answer = await fetch(`${door.url}/images/${id}?w=${width}&format=avif`, {
        headers: house.as(owner),
        signal: leaving.signal,
      })
      await answer.arrayBuffer()
      expect(answer.status).toBe(503)
      const retryAfter = Number(answer.headers.get('retry-after'))
      refused.push({ ms: performance.now() - asked, retryAfter })
    } catch (error) {
      if (!leaving.signal.aborted) throw error
      left += 1
    }
  }
  const page = Promise.all(Array.from({ length: 40 }, (_, n) => ask(1500 + n)))
  page.catch(() => {})
  // All but the four whose turn it is.
  await expect.poll(() => house.rendering.load().waiting + refused.length, patience).toBe(36)
  const { waiting: first } = house.rendering.load()
  expect(first).toBeGreaterThan(5)
  expect(first).toBeLessThan(20)

  // The line is as long as it may be: of more from this client hardly one is let in, whatever the machine does meanwhile.
  const before = refused.length
  const late = Promise.all(Array.from({ length: 8 }, (_, n) => ask(1600 + n)))
  late.catch(() => {})
  await expect.poll(() => house.rendering.load().waiting - first + refused.length - before, patience).toBe(8)
  expect(refused.length - before).toBeGreaterThan(5)
  expect(Math.min(...refused.slice(before).map(({ ms }) => ms))).toBeLessThan(500)
  const { waiting } = house.rendering.load()
  for (const { retryAfter } of refused) {
    expect(retryAfter).toBeGreaterThanOrEqual(1)
    expect(retryAfter).toBeLessThanOrEqual(60)
  }

  // Another client asks for little, and is let in before the rest of the page.
  const other = fetch(house.signer.signedUrl({ imageId: id, query: { w: 64 } }).replace(/^/, door.url))
  await expect.poll(() => house.rendering.load().waiting, patience).toBe(waiting + 1)
  release()
  leaving.abort()
  expect((await other).status).toBe(200)
  await Promise.all([page, late])
  expect(left + refused.length).toBe(48)
  await expect.poll(() => house.rendering.load(), patience).toMatchObject({ running: 0, waiting: 0 })
  expect(house.rendering.load().refused).toBe(refused.length)
})

it('finds every picture of a page that is stored', async () => {
  const widths = Array.from({ length: 40 }, (_, n) => 30 + n)
  const page = async (at: Door): Promise<number[]> =>
    Promise.all(
      widths.map(async (width) => {
        const url = house.signer.signedUrl({ imageId: id, query: { w: width, format: 'png' } })
        const bytes = Buffer.from(await (await fetch(`${at.url}${url}`)).arrayBuffer())
        // A PNG says its width there.
        return bytes.readUInt32BE(16)
      }),
    )
  expect(await page(door)).toEqual(widths)
  await door.delivery.idle()
  const { renders } = house.counts
  const another = await house.open()
  expect(await page(another)).toEqual(widths)
  expect(house.counts.renders).toBe(renders)
})
