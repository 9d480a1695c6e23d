import { explanationSchema } from '@rendition/contract'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type Door, type House, openHouse, owner, ownerAsking } from '../testing/house.ts'
import { photo, transparentPng } from '../testing/pictures.ts'

let house: House
let door: Door

beforeAll(async () => {
  house = await openHouse()
  door = await house.open()
})
afterAll(() => house.close())

const get = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${door.url}${path}`, { headers })
  const bytes = Buffer.from(await response.arrayBuffer())
  return { status: response.status, headers: response.headers, bytes }
}
const explained = async (path: string) => {
  const { bytes } = await get(`/api${path.replace('?', '/explain?')}`, house.as(owner))
  return explanationSchema.parse(JSON.parse(bytes.toString()))
}
/** A date that every copy a client holds by now is older than. */
const now = (): string => new Date(Date.now() + 60_000).toUTCString()

describe('a URL that names a version', () => {
  it('is immutable and has a date, for a rendition and the original', async () => {
    const { id } = await house.upload(await photo(800, 600), 'public')
    for (const query of ['w=384&v=1', 'preset=small&v=1', 'preset=original&v=1']) {
      const path = `/images/${id}?${query}`
      const { headers } = await get(path)
      expect(headers.get('cache-control'), query).toBe('public, max-age=31536000, immutable')
      const date = headers.get('last-modified') ?? ''
      expect((await get(path, { 'if-modified-since': date })).status, query).toBe(304)
      const before = new Date(Date.parse(date) - 1000).toUTCString()
      expect((await get(path, { 'if-modified-since': before })).status, query).toBe(200)
      expect((await explained(path)).cache.cacheControl).toContain('immutable')
    }
  })

  it('is not for ever where the focal point decides', async () => {
    const { id } = await house.upload(await photo(800, 300), 'private')
    await house.images.library.change(ownerAsking, id, { focalPoint: { x: 0, y: 0.5 } })
    const path = house.signer.signedUrl({
      imageId: id,
      version: 1,
      query: { w: 100, h: 100, gravity: 'focal' },
    })
    const left = await get(path)
    await house.images.library.change(ownerAsking, id, { focalPoint: { x: 1, y: 0.5 } })
    await vi.waitFor(async () => expect((await get(path)).bytes.equals(left.bytes)).toBe(false))
    expect((await get(path, { 'if-modified-since': now() })).status).toBe(200)
    expect(left.headers.get('last-modified')).toBe(null)
    expect(left.headers.get('cache-control')).not.toContain('immutable')
    const told = await explained(path)
    expect(told.cache.cacheControl).not.toContain('immutable')
    expect(told.warnings.join()).toContain('even with v')
  })

  it('is not for ever where another image is laid over', async () => {
    const { id } = await house.upload(await photo(800, 600), 'private')
    const mark = (await house.upload(await transparentPng(64), 'private')).id
    const query = { w: 300, watermarkImage: mark, format: 'png' }
    const path = house.signer.signedUrl({ imageId: id, version: 1, query })
    const first = await get(path)
    expect(first.status).toBe(200)
    await house.replace(mark, await photo(64, 64, 'png'))
    const second = await get(path, { 'if-modified-since': now() })
    expect(second.status).toBe(200)
    expect(first.headers.get('last-modified')).toBe(null)
    expect(first.headers.get('cache-control')).not.toContain('immutable')
    expect((await explained(path)).cache.cacheControl).not.toContain('immutable')
  })
})

describe('a URL without a version', () => {
  it('has no date: after an undo what is current is older than what clients hold', async () => {
    const { id } = await house.upload(await photo(800, 600), 'public')
    await house.replace(id, await photo(640, 480))
    for (const query of ['w=384', 'preset=original']) {
      const path = `/images/${id}?${query}`
      const later = await get(path)
      expect(later.status).toBe(200)
      expect(later.headers.get('last-modified')).toBe(null)
      await house.images.history.undo(ownerAsking, id)
      await vi.waitFor(async () => {
        const answer = await get(path, { 'if-modified-since': now() })
        expect(answer.status).toBe(200)
        expect(answer.bytes.equals(later.bytes)).toBe(false)
      })
      await house.images.history.redo(ownerAsking, id)
    }
  })
})

describe('a URL with a preset, when others come in force', () => {
  const apply = async (): Promise<void> => {
    await vi.waitFor(async () => {
      await house.images.upkeep.applyOnce()
      expect((await house.images.presets.show()).state.coming).toBeNull()
    })
  }
  const put = async (width: number): Promise<void> => {
    const { etag } = await house.images.presets.show()
    const presets = [{ name: 'small', parameters: { width: String(width) } }]
    await house.images.presets.change(ownerAsking, { presets }, etag)
    await apply()
  }
  const widthOf = async (path: string): Promise<unknown[]> => {
    const { bytes, headers } = await get(path)
    return [(await sharp(bytes).metadata()).width, headers.get('cache-control')]
  }

  it('is what they say at once, and kept for a year only where it names their set', async () => {
    const stop = await house.images.presetBook.follow()
    const { id } = await house.upload(await photo(800, 600), 'public')
    const path = `/images/${id}?preset=small&v=1`
    const year = 'public, max-age=31536000, immutable'
    expect(await widthOf(path)).toEqual([480, year])
    // The fast path repeats it
    const answers = door.delivery.load().hotAnswers
    expect(await widthOf(path)).toEqual([480, year])
    expect(door.delivery.load().hotAnswers).toBe(answers + 1)
    await put(200)
    const [width, short] = await widthOf(path)
    expect([width, String(short)]).toEqual([200, expect.stringContaining('max-age=60')])
    expect((await explained(path)).warnings.join()).toContain('set=2')
    expect(await widthOf(`${path}&set=2`)).toEqual([200, year])
    expect(await widthOf(`${path}&set=3`)).toEqual([200, short])
    expect((await get(`${path}&set=2`)).headers.get('cache-tag')).toBe(`image-${id},preset-small`)
    expect((await get(`/images/${id}?preset=large&v=1`)).status).toBe(400)
    await put(300)
    expect(await widthOf(`${path}&set=2`)).toEqual([300, short])
    expect(await widthOf(`${path}&set=3`)).toEqual([300, year])
    await stop()
  })
})
