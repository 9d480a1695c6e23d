import type { Image, UploadedImage } from '@rendition/contract'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { photograph } from '../../imaging/testing/sources.ts'
import { readVersion } from '../store/versions.ts'
import { multipart } from '../testing/pictures.ts'

let shop: Workshop
beforeAll(async () => {
  shop = await openWorkshop()
})
afterAll(() => shop.close())

const { data, ...raw } = photograph(600, 400, 5)
const user = () => shop.user()
type User = ReturnType<typeof user>

async function uploaded(owner: User, value: Buffer): Promise<Image> {
  const { payload, headers } = multipart([{ name: 'image', value, filename: 'photo.jpg' }])
  const answer = await shop.app.inject({
    method: 'POST',
    url: '/api/images',
    payload,
    headers: { ...headers, ...owner.headers },
  })
  return complete(owner, answer.json<UploadedImage>().id)
}
const complete = (owner: User, id: string): Promise<Image> =>
  vi.waitFor(
    async () => {
      const image = (
        await shop.app.inject({ url: `/api/images/${id}`, headers: owner.headers })
      ).json<Image>()
      expect(image.status).toBe('complete')
      return image
    },
    { timeout: 30_000, interval: 50 },
  )
const curveOf = async (id: string) => (await readVersion(shop.database.db, id))?.original.curve ?? null

describe('a curve', () => {
  it('is kept with the version at ingest, and with a version that is made of it', async () => {
    const owner = user()
    const image = await uploaded(owner, await sharp(data, { raw }).jpeg({ quality: 92 }).toBuffer())
    const curve = await curveOf(image.id)
    expect(curve).toHaveProperty('points.webp.similarity')
    // Each size has one entry: what was planned and what was made have the same key
    const ledger = await shop.images.reader.ledger.list(image.id)
    expect(ledger.map(({ name }) => name).sort()).toEqual(['large', 'medium', 'small', 'thumbnail'])
    expect(image.sizes.small?.size).toBe(ledger.find(({ name }) => name === 'small')?.size)
    await vi.waitFor(async () => {
      const told = await shop.events.after(0, { ownerId: owner.userId, limit: 50 })
      expect(told.filter(({ type }) => type === 'rendition.ready')).toHaveLength(4)
    })

    await shop.app.inject({
      method: 'POST',
      url: `/api/images/${image.id}/transform`,
      payload: { flip: true, quality: 'auto:eco', saveImage: true, async: false },
      headers: owner.headers,
    })
    const second = await readVersion(shop.database.db, image.id)
    expect(second).toMatchObject({ version: 2, recipe: { output: { quality: expect.any(Number) } } })
    expect(second?.original.curve).toEqual(curve)
  })

  it('says of a drawing that it is one', async () => {
    const flat = { width: 600, height: 400, channels: 3 as const, background: 'teal' }
    const image = await uploaded(user(), await sharp({ create: flat }).png().toBuffer())
    expect(await curveOf(image.id)).toMatchObject({ unmeasured: 'drawn' })
  })

  it('is made of an older image when it is wished, with presets by it in place of the old ones', async () => {
    const owner = user()
    const { id } = await uploaded(owner, await sharp(data, { raw }).blur(1).jpeg({ quality: 92 }).toBuffer())
    const { db } = shop.database
    await db.query('update versions set quality_curve = null where image_id = $1', [id])
    const version = await readVersion(db, id)
    if (version === null) throw new Error('There is no version.')
    shop.images.reader.wishCurve(version)
    await vi.waitFor(async () => expect(await curveOf(id)).toHaveProperty('points'), { timeout: 30_000 })
    const ledger = await shop.images.reader.ledger.list(id)
    expect(ledger.filter(({ kind }) => kind === 'preset')).toHaveLength(4)
  })
})
