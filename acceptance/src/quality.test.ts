import sharp from 'sharp'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { type Api, createApi, type ImageBody } from './api.ts'

let api: Api
let image: ImageBody
beforeAll(async () => {
  const anyone = createApi(inject('baseUrl'))
  api = anyone.as((await anyone.register()).accessToken)
  const noise = { type: 'gaussian' as const, mean: 128, sigma: 60 }
  const bytes = await sharp({ create: { width: 900, height: 600, channels: 3, background: 'grey', noise } })
    .blur(2)
    .jpeg({ quality: 92 })
    .toBuffer()
  image = await api.picture(bytes)
})
interface Explained {
  key: string
  quality: { value: number | null; target: string | null; why: string }
  cache: { layer: string }
}
const explained = async (query: string): Promise<Explained> =>
  (await api.get<Explained>(`/api/images/${image.id}/explain?${query}`)).body
const bytesOf = async (query: string): Promise<number> => {
  const { status, bytes } = await api.get(`/images/${image.id}?${query}`)
  expect(status).toBe(200)
  return bytes.length
}

describe('quality by measurement', () => {
  it('is chosen for presets at ingest, and the preset that was made then is the one that its URL gives', async () => {
    const { quality, cache } = await explained('preset=medium')
    expect(quality).toMatchObject({ value: expect.any(Number), target: 'good', why: expect.any(String) })
    expect(cache).toMatchObject({ layer: 'storage' })
    expect(await bytesOf('preset=medium')).toBe(image.sizes.medium?.size)
  })

  it('is chosen for format=auto and the words, and leaves numbers and bare URLs as they are', async () => {
    const [eco, good, best, auto] = await Promise.all(
      ['auto:eco', 'auto:good', 'auto:best', 'auto'].map((word) =>
        explained(`width=400&format=webp&quality=${word}`),
      ),
    )
    expect(eco?.quality.value).toBeLessThanOrEqual(good?.quality.value ?? 0)
    expect(good?.quality.value).toBeLessThanOrEqual(best?.quality.value ?? 0)
    expect(auto?.key).toBe(good?.key)
    expect((await explained('width=400&format=auto')).quality).toMatchObject({ target: 'good' })
    expect((await explained('width=400&quality=71')).quality).toMatchObject({ value: 71, target: null })
    expect((await explained('width=400')).quality).toMatchObject({ value: null, target: null })
    expect(await bytesOf('width=400&format=webp&quality=auto:eco')).toBeGreaterThan(0)
  })

  it('keeps maxBytes, and refuses what cannot be so small', async () => {
    for (const format of ['jpeg', 'webp']) {
      const whole = await bytesOf(`width=500&format=${format}`)
      expect(
        await bytesOf(`width=500&format=${format}&maxBytes=${Math.round(whole / 2)}`),
      ).toBeLessThanOrEqual(Math.round(whole / 2))
    }
    const refused = await api.get(`/images/${image.id}?width=500&format=png&maxBytes=500`)
    expect(refused).toMatchObject({ status: 422, body: { code: 'output_too_large' } })
  })

  it('is a word or a number, and nothing else', async () => {
    for (const query of ['quality=auto:ultra', 'quality=best', 'maxBytes=0', 'maxBytes=1e3'])
      expect((await api.get(`/images/${image.id}?${query}`)).status).toBe(400)
  })
})
