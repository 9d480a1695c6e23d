import type { Explanation } from '@rendition/contract'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { openBus } from '../../platform/events/index.ts'
import { renditionKey } from '../../platform/storage/key.ts'
import { type Door, type House, openHouse, ownerAsking } from '../testing/house.ts'
import { photo } from '../testing/pictures.ts'

let house: House
let door: Door
/** A process that no announcement reaches. */
let deaf: Door
let id: string
const query = 'w=640&v=1'

beforeAll(async () => {
  house = await openHouse()
  door = await house.open()
  deaf = await house.open({}, undefined, await openBus({ url: 'memory:' }))
})
afterAll(() => house.close())
beforeEach(async () => {
  id = (await house.upload(await photo(1200, 800), 'public')).id
})

async function layerOf(from: Door): Promise<string> {
  const response = await fetch(`${from.url}/images/${id}?${query}`)
  expect(response.status).toBe(200)
  await response.arrayBuffer()
  return /detail=(\w+)/.exec(response.headers.get('cache-status') ?? '')?.[1] ?? ''
}
const purge = async (): Promise<void> => {
  await house.images.library.purge(ownerAsking, id)
}
async function expectNothingStored(): Promise<void> {
  await Promise.all([door, deaf].map(({ delivery }) => delivery.idle()))
  expect(await house.images.reader.ledger.list(id)).toEqual([])
  const explained = await fetch(`${door.url}/api/images/${id}/explain?${query}`)
  const { key } = (await explained.json()) as Explanation
  expect(await house.storage.head(renditionKey(id, key ?? ''))).toBeNull()
}

describe('a purge is not outlived', () => {
  it('by what was being rendered, in whatever process', async () => {
    for (const from of [door, deaf]) {
      house.beforeRender(purge)
      expect(await layerOf(from)).toBe('rendered')
      await expectNothingStored()
    }
  })

  it('by what waits to be stored in a process that does not hear of it', async () => {
    expect(await layerOf(deaf)).toBe('rendered')
    await purge()
    await expectNothingStored()
  })

  it('by what was being stored', async () => {
    const { ledger } = house.images.reader
    const { record } = ledger
    const late = vi.spyOn(ledger, 'record').mockImplementationOnce(async (rendition, tx) => {
      await purge()
      return record(rendition, tx)
    })
    expect(await layerOf(door)).toBe('rendered')
    await door.delivery.idle()
    expect(late).toHaveBeenCalled()
    late.mockRestore()
    await expectNothingStored()
  })

  it('by what the memory holds, longer than facts of images are believed', async () => {
    for (const from of [door, deaf]) expect(await layerOf(from)).toBe('rendered')
    for (const from of [door, deaf]) expect(await layerOf(from)).toBe('memory')
    await purge()
    await expectNothingStored()
    house.forward(11_000)
    for (const from of [door, deaf]) expect(await layerOf(from)).not.toBe('memory')
  })

  it('but by what is made after it', async () => {
    await layerOf(door)
    await purge()
    await layerOf(door)
    await door.delivery.idle()
    expect(await house.images.reader.ledger.list(id)).toHaveLength(1)
  })
})
