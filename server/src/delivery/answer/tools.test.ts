import { explanationSchema, markupSchema } from '@rendition/contract'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Door, type House, openHouse, owner, ownerAsking, stranger } from '../testing/house.ts'
import { photo } from '../testing/pictures.ts'

let house: House
let door: Door
let open: string
let hidden: string

beforeAll(async () => {
  house = await openHouse()
  door = await house.open()
  const picture = await photo(4000, 3000)
  open = (await house.upload(picture, 'public')).id
  hidden = (await house.upload(picture, 'private')).id
})
afterAll(() => house.close())

const get = (path: string, headers: Record<string, string> = house.as(owner)) =>
  fetch(`${door.url}${path}`, { headers })

describe('explain', () => {
  const explain = async (path: string, headers?: Record<string, string>) =>
    explanationSchema.parse(await (await get(path, headers)).json())

  it('tells how a URL is understood, without making anything', async () => {
    const before = house.counts.renders
    const told = await explain(`/api/images/${hidden}/explain?w=300&format=auto&mirror=1`, {
      ...house.as(owner),
      accept: 'image/avif,image/webp',
    })
    expect(told).toMatchObject({
      kind: 'rendition',
      version: 1,
      steps: [{ op: 'mirror' }, { op: 'resize', width: 300 }],
      format: { name: 'webp', negotiated: true },
      source: { kind: 'level', width: 512, height: 384 },
      cache: { layer: 'none' },
      access: 'signature',
      query: 'mirror=true&width=300&format=webp',
    })
    expect(told.format.why).toContain('AVIF')
    expect(told.warnings.join()).toContain('Without v')
    expect(house.counts.renders).toBe(before)
    const picture = await fetch(`${door.url}${told.url}`, { headers: { accept: 'image/webp' } })
    expect(picture.status).toBe(200)
    await picture.arrayBuffer()
    const again = await explain(`/api/images/${hidden}/explain?w=300&format=webp&mirror=1`)
    expect(again.cache.layer).toBe('memory')
  })

  it.each([
    ['w=2000', 'original', /too large/],
    ['w=800', 'level', /1344/],
    ['crop=0,0,100,100&w=50', 'original', /not made smaller before/],
    ['w=300&h=300&gravity=attention', 'original', /of interest/],
    ['w=300&h=300&rotate=90&blur=2', 'level', /large enough/],
    ['preset=small', 'level', /large enough/],
    ['w=300&gamut=p3', 'original', /beyond sRGB/],
    ['w=300&gamut=srgb', 'level', /large enough/],
    ['preset=original', 'original', /as they are/],
  ])('chooses the source of %s', async (query, kind, why) => {
    const { source } = await explain(`/api/images/${open}/explain?${query}`)
    expect(source.kind).toBe(kind)
    expect(source.why).toMatch(why)
  })

  it('is answered to whom the URL is answered', async () => {
    expect((await get(`/api/images/${hidden}/explain?w=300`, house.as(stranger))).status).toBe(404)
    expect((await get(`/api/images/${open}/explain?w=333`, {})).status).toBe(403)
    expect((await get(`/api/images/${open}/explain?w=0`)).status).toBe(400)
  })

  it('signs for whoever may sign, and never for the holder of a signature', async () => {
    const ends = (url: string): number => Number(new URL(url, door.url).searchParams.get('exp'))
    for (const id of [hidden, open]) {
      const url = house.signer.signedUrl({ imageId: id, version: 1, query: { w: 333, format: 'webp' } })
      const told = await explain(`/api${url.replace('?', '/explain?')}`, {})
      expect(told.url).toBe(url)
      house.forward(3_600_000)
      const later = await explain(`/api${told.url.replace('?', '/explain?')}`, {})
      expect(ends(later.url)).toBeLessThanOrEqual(ends(url))
      expect((await explain(`/api/images/${id}/explain?v=1&w=333`)).url).toContain('sig=')
      house.forward(-3_600_000)
    }
    const auto = await explain(`/api/images/${open}/explain?w=auto&dpr=auto`, { 'sec-ch-dpr': '2' })
    expect(auto).toMatchObject({ access: 'open', url: `/images/${open}?w=auto&dpr=auto` })
    const open640 = house.signer.signedUrl({ imageId: open, query: { w: 640 } })
    expect((await explain(`/api${open640.replace('?', '/explain?')}`, {})).url).toBe(`/images/${open}?w=640`)
  })

  it('gives the same text for the same picture', async () => {
    const one = await explain(`/api/images/${open}/explain?w=300&h=200&blur=2.0`)
    const other = await explain(`/api/images/${open}/explain?blur=2&height=200&width=300&fit=cover`)
    expect(other.canonical).toBe(one.canonical)
    expect(other.key).toBe(one.key)
  })
})

describe('markup', () => {
  it('is a picture element whose every URL answers a stranger', async () => {
    for (const id of [open, hidden]) {
      await house.images.library.change(ownerAsking, id, { altText: 'A "cat" & <dog>' })
      const response = await get(
        `/api/images/${id}/markup?widths=384,640&sizes=(min-width: 640px) 640px, 100vw`,
      )
      const markup = markupSchema.parse(await response.json())
      expect(markup.html).toMatch(/^<picture><img src="[^"<>]+" srcset="[^"<>]+" sizes="[^"<>]+"/)
      expect(markup.html).toContain('alt="A &quot;cat&quot; &amp; &lt;dog&gt;"')
      expect(markup.html).toContain('width="4000" height="3000"')
      const urls = markup.srcset.split(', ').map((entry) => entry.split(' '))
      expect(urls.map(([, width]) => width)).toEqual(['384w', '640w'])
      for (const [url] of urls) {
        const picture = await fetch(`${door.url}${url}`, { headers: { accept: 'image/webp' } })
        expect(picture.status).toBe(200)
        const meta = await sharp(Buffer.from(await picture.arrayBuffer())).metadata()
        expect(url).toContain(`width=${meta.width}`)
      }
      expect(markup.src.includes('sig=')).toBe(id === hidden)
    }
  })

  it('uses the ladder up to the picture when no widths are named', async () => {
    const markup = markupSchema.parse(await (await get(`/api/images/${open}/markup`)).json())
    const widths = markup.srcset.split(', ').map((entry) => Number(/ (\d+)w$/.exec(entry)?.[1]))
    expect(widths[0]).toBe(384)
    expect(widths.at(-1)).toBe(3840)
    expect(markup.src).toContain('width=1080')
  })

  it('belongs to the owner and refuses what would break the page', async () => {
    expect((await get(`/api/images/${hidden}/markup`, house.as(stranger))).status).toBe(404)
    expect((await get(`/api/images/${open}/markup`, {})).status).toBe(401)
    expect((await get(`/api/images/${open}/markup?sizes=%22%3E%3Cscript%3E`)).status).toBe(400)
  })
})
