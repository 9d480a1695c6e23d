import { Failure } from '@rendition/contract'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Door, type House, openHouse, owner } from '../testing/house.ts'

/** Red, green and blue side by side; the only face lies in the blue. */
const face = { x: 0.8, y: 0.2, width: 0.15, height: 0.5 }
let house: House
let door: Door
let looks: string[]
let bands: Buffer
beforeAll(async () => {
  looks = []
  house = await openHouse({
    faces: async (source) => {
      looks.push(String(source))
      if (looks.length === 1) throw new Failure('render_crashed')
      return [face]
    },
  })
  door = await house.open()
  const band = (background: string) =>
    sharp({ create: { width: 60, height: 60, channels: 3, background } }).png()
  bands = await sharp({ create: { width: 180, height: 60, channels: 3, background: 'red' } })
    .composite([
      { input: await band('lime').toBuffer(), left: 60, top: 0 },
      { input: await band('blue').toBuffer(), left: 120, top: 0 },
    ])
    .png()
    .toBuffer()
})
afterAll(() => house.close())

const colourOf = async (id: string, query: string): Promise<number[]> => {
  const answer = await fetch(`${door.url}/images/${id}?${query}`, { headers: house.as(owner) })
  expect(answer.status).toBe(200)
  const { channels } = await sharp(Buffer.from(await answer.arrayBuffer())).stats()
  return channels.slice(0, 3).map(({ mean }) => Math.round(mean / 255))
}

it('a picture that kills whoever looks has no faces from then on', async () => {
  const { id } = await house.upload(bands, 'private')
  expect(await colourOf(id, 'w=30&h=30&gravity=face&format=png')).toEqual([0, 1, 0])
  expect(await colourOf(id, 'w=31&h=31&gravity=face&format=png')).toEqual([0, 1, 0])
  expect(looks).toHaveLength(1)
})

it('looks for faces once for each original, and only when a crop wants to know', async () => {
  const before = looks.length
  const { id } = await house.upload(bands, 'private')
  expect(await colourOf(id, 'w=30&h=30&format=png')).toEqual([0, 1, 0])
  expect(looks).toHaveLength(before)
  for (const query of ['w=30&h=30&gravity=face', 'w=40&h=40&gravity=face', 'w=30&h=30&gravity=faces'])
    expect(await colourOf(id, `${query}&format=png`)).toEqual([0, 0, 1])
  expect(looks).toHaveLength(before + 1)
})

it('is refused where no detector is installed', async () => {
  const other = await openHouse()
  try {
    const { url } = await other.open()
    const { id } = await other.upload(bands, 'private')
    const answer = await fetch(`${url}/images/${id}?w=30&h=30&gravity=face`, { headers: other.as(owner) })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({ code: 'invalid_recipe', errors: [{ path: 'gravity' }] })
  } finally {
    await other.close()
  }
})
