import type { Image } from '@rendition/contract'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { User } from '../../../test/works.ts'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { captioned } from '../../imaging/testing/captioned.ts'
import { multipart } from '../testing/pictures.ts'

const exif = {
  IFD0: { Make: 'Canon', Model: 'Canon EOS R5', Artist: 'Anne' },
  IFD2: { DateTimeOriginal: '2024:05:01 12:30:00' },
  IFD3: {
    GPSLatitudeRef: 'N',
    GPSLatitude: '48/1 51/1 3000/100',
    GPSLongitudeRef: 'E',
    GPSLongitude: '2/1 17/1 4000/100',
  },
}
const xmp = `<dc:subject><rdf:Bag><rdf:li>tower</rdf:li><rdf:li>own</rdf:li></rdf:Bag></dc:subject>
<photoshop:City>Kraehwinkel</photoshop:City>`

let shop: Workshop
let photo: Buffer
let owner: User
beforeAll(async () => {
  shop = await openWorkshop()
  photo = await captioned({ exif, xmp })
  owner = shop.user()
})
afterAll(() => shop.close())

const send = async (user: User, fields: Record<string, string> = {}): Promise<Image> => {
  const { payload, headers } = multipart([
    ...Object.entries(fields).map(([name, value]) => ({ name, value })),
    { name: 'f', value: photo, filename: 'tower.jpg' },
  ])
  const all = { ...headers, ...user.headers }
  const answer = await shop.app.inject({ method: 'POST', url: '/api/images', payload, headers: all })
  expect(answer.statusCode, answer.body).toBe(201)
  return answer.json()
}
const get = async (user: User, id: string): Promise<Image> =>
  (await shop.app.inject({ method: 'GET', url: `/api/images/${id}`, headers: user.headers })).json()
const complete = (id: string): Promise<Image> =>
  vi.waitFor(
    async () => {
      const image = await get(owner, id)
      expect(image.status).toBe('complete')
      return image
    },
    { timeout: 30_000, interval: 20 },
  )

describe('what a file says of its picture', () => {
  it('is told with the image, and the place to its owner alone', async () => {
    const sent = await send(owner)
    expect(sent.metadata).toMatchObject({
      camera: 'Canon EOS R5',
      takenAt: '2024-05-01T12:30:00',
      creator: 'Anne',
    })
    expect(sent.metadata?.place).toMatchObject({ latitude: 48.8583333, city: 'Kraehwinkel' })
    expect(sent.tags).toEqual([])
    const { palette, metadata } = await complete(sent.id)
    expect(metadata).toEqual(sent.metadata)
    expect(palette).toEqual([expect.stringMatching(/^#4[0-9a-f]a[0-9a-f]7[0-9a-f]$/)])
    expect((await get(shop.user('admin'), sent.id)).metadata).toEqual({ ...metadata, place: null })
  })

  it('is in no event, and so in no webhook, as far as it is a place', async () => {
    const { id } = await send(owner)
    await complete(id)
    const events = await vi.waitFor(async () => {
      const rows = await shop.database.db.query<{ type: string; data: unknown }>(
        'select type, data from events where image_id = $1',
        [id],
      )
      expect(rows.map(({ type }) => type)).toContain('image.complete')
      return rows
    })
    const told = JSON.stringify(events)
    expect(told).toContain('Canon EOS R5')
    expect(told).not.toMatch(/Kraehwinkel|48\.85/)
  })

  it('gives tags where that is wished, behind those that were given', async () => {
    const sent = await send(owner, { tags: 'mine,own', keywordsAsTags: 'true' })
    expect(sent.tags).toEqual(['mine', 'own', 'tower'])
    expect((await send(owner, { tags: 'mine', keywordsAsTags: 'false' })).tags).toEqual(['mine'])
    const { payload, headers } = multipart([
      { name: 'keywordsAsTags', value: 'maybe' },
      { name: 'f', value: photo, filename: 'x.jpg' },
    ])
    const all = { ...headers, ...owner.headers }
    const refused = await shop.app.inject({ method: 'POST', url: '/api/images', payload, headers: all })
    expect([refused.statusCode, refused.json().errors[0].path]).toEqual([400, 'keywordsAsTags'])
  })

  it('is read later where nobody had read it by these rules, a pass that broke off included', async () => {
    const { id, metadata, palette } = await send(owner).then((sent) => complete(sent.id))
    const lost = await send(owner).then((sent) => complete(sent.id))
    const away = await send(owner).then((sent) => complete(sent.id))
    const { db } = shop.database
    await db.query(
      'update versions set metadata = null, metadata_rules = 1, palette = null, colours = null where image_id = any($1)',
      [[id, lost.id]],
    )
    await db.query('update versions set metadata_rules = 1 where image_id = $1', [away.id])
    const gone = await db.query<{ original_key: string }>(
      'select original_key from versions where image_id = any($1)',
      [[lost.id, away.id]],
    )
    await shop.storage.delete(gone.map((row) => row.original_key as never))
    // As a pass leaves it that was killed ten minutes ago.
    await db.query(
      "update versions set metadata_tried_at = now() - interval '11 minutes' where image_id = $1",
      [id],
    )
    expect((await get(owner, id)).metadata).toBeNull()
    expect(await shop.images.upkeep.readOnce()).toBe(true)
    const read = await get(owner, id)
    expect(read.metadata).toEqual(metadata)
    expect(read.palette).toHaveLength(palette.length)
    expect((await get(owner, lost.id)).metadata).toBeNull()
    // What is known of one whose file is away is not forgotten.
    expect((await get(owner, away.id)).metadata).toEqual(metadata)
    expect(await shop.images.upkeep.readOnce()).toBe(false)
  })
})
