import type { Image, ImageFacets, Page } from '@rendition/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { User } from '../../../test/works.ts'
import { openWorkshop, type Workshop } from '../../../test/workshop.ts'
import { type Caption, captioned } from '../../imaging/testing/captioned.ts'
import type { Value } from '../../platform/database/port.ts'
import { originalKey } from '../../platform/storage/key.ts'
import { foldFacets } from '../store/facets.ts'
import { byBeginning, searchConditions } from '../store/search-conditions.ts'
import { correctOriginal } from '../store/versions.ts'
import { jpeg, multipart } from '../testing/pictures.ts'

let shop: Workshop
let owner: User
let other: User
const ids = new Map<string, string>()

async function upload(user: User, filename: string, bytes: Buffer, tags = ''): Promise<Image> {
  const { payload, headers } = multipart([
    { name: 'tags', value: tags },
    { name: 'f', value: bytes, filename },
  ])
  const all = { ...headers, ...user.headers }
  const answer = await shop.app.inject({ method: 'POST', url: '/api/images', payload, headers: all })
  expect(answer.statusCode, answer.body).toBe(201)
  const image = answer.json<Image>()
  ids.set(filename, image.id)
  return image
}
const list = async (query: Record<string, string>, user = owner) => {
  const url = `/api/images?${new URLSearchParams({ limit: '50', ...query })}`
  return shop.app.inject({ method: 'GET', url, headers: user.headers })
}
const found = async (q: string, more: Record<string, string> = {}): Promise<string[]> => {
  const answer = await list({ q, ...more })
  expect(answer.statusCode, `${q}: ${answer.body}`).toBe(200)
  return answer.json<Page<Image>>().items.map(({ originalName }) => originalName)
}
const sorted = async (q: string): Promise<string[]> => (await found(q)).sort()
const patch = async (name: string, change: object): Promise<void> => {
  const url = `/api/images/${ids.get(name)}`
  const answer = await shop.app.inject({ method: 'PATCH', url, headers: owner.headers, payload: change })
  expect(answer.statusCode, answer.body).toBe(200)
}

const alps: Caption = {
  exif: {
    IFD0: { Make: 'Canon', Model: 'Canon EOS R5' },
    IFD2: { DateTimeOriginal: '2019:07:14 09:00:00', LensModel: 'RF24-70mm F2.8' },
    IFD3: {
      GPSLatitudeRef: 'N',
      GPSLatitude: '46/1 0/1 0/1',
      GPSLongitudeRef: 'E',
      GPSLongitude: '7/1 0/1 0/1',
    },
  },
  xmp: `<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Matterhorn vor dem Café</rdf:li></rdf:Alt></dc:title>
    <photoshop:City>Zermatt</photoshop:City>`,
}

beforeAll(async () => {
  shop = await openWorkshop({ worker: false })
  owner = shop.user()
  other = shop.user()
  await upload(owner, 'IMG_20190714.jpg', await captioned(alps), 'Berge,Ferien 2019')
  await upload(owner, 'Strand-Foto.jpg', await jpeg(60, 40), 'Ferien 2019,strand')
  await upload(owner, 'porträt.png', await captioned({}, 'png'))
  await upload(owner, '東京タワー.jpg', await jpeg(30, 60), "Ann's \\ tag")
  await upload(other, 'theirs matterhorn.jpg', await jpeg(20, 20), 'Berge')
  await patch('Strand-Foto.jpg', { altText: 'Zwei Boote am Ufer', rating: 4, favourite: true })
  // The worker does this with the placeholder.
  await shop.database.db.query(
    "update versions set palette = array['#1e5bd8'], colours = array['blue', '3,0,-2'] where image_id = $1",
    [ids.get('Strand-Foto.jpg') ?? null],
  )
})
afterAll(() => shop.close())

describe('a search finds', () => {
  it.each([
    ['matterhorn', ['IMG_20190714.jpg']],
    ['MATTER cafe', ['IMG_20190714.jpg']],
    ['"vor dem"', ['IMG_20190714.jpg']],
    ['"dem vor"', []],
    ['zermatt', ['IMG_20190714.jpg']],
    ['ferien', ['IMG_20190714.jpg', 'Strand-Foto.jpg']],
    ['ferien -berge', ['Strand-Foto.jpg']],
    ['boot ufer', ['Strand-Foto.jpg']],
    ['RAND-fo', ['Strand-Foto.jpg']],
    ['0714', ['IMG_20190714.jpg']],
    ['portrat', ['porträt.png']],
    ['タワ', ['東京タワー.jpg']],
    ['tag:"ferien 2019" tag:berge', ['IMG_20190714.jpg']],
    ['tag:ferien', []],
    ['tag:feri*', ['IMG_20190714.jpg', 'Strand-Foto.jpg']],
    ['tag:"ann\'s \\ tag"', ['東京タワー.jpg']],
    ['camera:canon lens:rf24', ['IMG_20190714.jpg']],
    ['type:png', ['porträt.png']],
    ['-type:jpg', ['porträt.png']],
    ['date:2019-07', ['IMG_20190714.jpg']],
    ['before:2019-07-15 after:2019', ['IMG_20190714.jpg']],
    ['after:2019-07-15 type:png', ['porträt.png']],
    ['has:location', ['IMG_20190714.jpg']],
    ['has:tags -has:camera', ['Strand-Foto.jpg', '東京タワー.jpg']],
    ['orientation:portrait', ['東京タワー.jpg']],
    ['width>=60', ['Strand-Foto.jpg']],
    ['width<25 -type:png', ['IMG_20190714.jpg']],
    ['height=60', ['東京タワー.jpg']],
    // One is a little smaller, of the same size class.
    ['-width>31 -type:png', ['IMG_20190714.jpg', '東京タワー.jpg']],
    ['-width=60 -type:png', ['IMG_20190714.jpg', '東京タワー.jpg']],
    ['-orientation:landscape -orientation:square', ['東京タワー.jpg']],
    ['-has:tags', ['porträt.png']],
    ['-has:location -has:alt type:jpeg', ['東京タワー.jpg']],
    ['-is:animated 0714', ['IMG_20190714.jpg']],
    ['fe bo ufer', ['Strand-Foto.jpg']],
    ['be ufer', []],
    ['fe -be ufer', ['Strand-Foto.jpg']],
    ['fe -bo ufer', []],
    ['date:2019 has:location -has:alt', ['IMG_20190714.jpg']],
    ['date:2019 -has:location', []],
    ['color:blue', ['Strand-Foto.jpg']],
    ['color:#2060d0', ['Strand-Foto.jpg']],
    ['color:red', []],
    ['rating>=4', ['Strand-Foto.jpg']],
    ['is:favourite', ['Strand-Foto.jpg']],
    ['is:animated', []],
    ['is:public', []],
    ['size>1GB', []],
    ['size>999999999999GB', []],
    ['%', []],
    ["' & | ! ( ) : * <-> \\", []],
  ])('%s', async (q, names) => {
    expect(await sorted(q)).toEqual([...names].sort())
  })

  it('and with a minus in front of each term all others', async () => {
    const all = await sorted('width>0')
    expect(all).toHaveLength(4)
    for (const term of [
      ...['strand', '"vor dem"', 'tag:berge', 'tag:feri*', 'camera:canon', 'lens:rf24', 'type:png'],
      ...['date:2019-07', 'before:2020', 'after:2020', 'width>=60', 'height=60', 'size>1KB', 'rating>=4'],
      ...['color:blue', 'color:#2060d0', 'orientation:portrait', 'has:location', 'has:title', 'has:alt'],
      ...['is:favourite', 'is:public', 'is:animated', 'album:nothing'],
    ]) {
      const [is, isNot] = [await sorted(term), await sorted(`-${term}`)]
      expect([...is, ...isNot].sort(), term).toEqual(all)
    }
  })

  it('what is told now, and of trash and archive what is asked for', async () => {
    await patch('porträt.png', { originalName: 'anders.png', altText: 'Neu', archived: true })
    expect(await found('anders')).toEqual([])
    expect(await found('is:archived neu')).toEqual(['anders.png'])
    await patch('porträt.png', { originalName: 'porträt.png', altText: null, archived: false })
    expect(await found('anders')).toEqual([])
    expect(await found('portrat')).toEqual(['porträt.png'])
  })

  it('pictures in an album by its name or id', async () => {
    const payload = { name: 'Schöne Reise' }
    const made = await shop.app.inject({
      method: 'POST',
      url: '/api/albums',
      headers: owner.headers,
      payload,
    })
    expect(made.statusCode, made.body).toBe(201)
    const { id } = made.json<{ id: string }>()
    await shop.database.db.query(
      'insert into album_items (album_id, image_id, position) values ($1, $2, 1)',
      [id, ids.get('Strand-Foto.jpg') ?? null],
    )
    expect(await found('album:"schone reise"')).toEqual(['Strand-Foto.jpg'])
    await patch('Strand-Foto.jpg', { archived: true })
    expect(await found(`album:${id}`)).toEqual(['Strand-Foto.jpg'])
    expect(await found(`album:${id}`, { archived: 'false' })).toEqual([])
    await patch('Strand-Foto.jpg', { archived: false })
    expect(await found(`-album:${id} type:jpeg -tag:berge`)).toEqual(['東京タワー.jpg'])
  })

  it('what is in no album of a name by one look at the albums', async () => {
    const values: Value[] = []
    const bind = (value: Value): string => `$${values.push(value)}`
    const { where } = searchConditions('-album:reise', owner.userId, bind, byBeginning)
    const plan = await shop.database.db.query(
      `explain (format json) select 1 from images i where ${where.join(' and ')}`,
      values,
    )
    expect(JSON.stringify(plan)).toContain('hashed SubPlan')
  })

  it('by relevance what is headed so before what only begins so, and pages that stay right', async () => {
    const one = await upload(owner, 'see.jpg', await jpeg(20, 30))
    await upload(owner, 'seerose.jpg', await jpeg(20, 31))
    await upload(owner, 'x.jpg', await jpeg(20, 32))
    await patch('x.jpg', { altText: 'Am See' })
    const order = ['see.jpg', 'x.jpg', 'seerose.jpg']
    expect(await found('see', { sort: 'relevance' })).toEqual(order)
    const pages: string[] = []
    let cursor: string | null | undefined
    while (cursor !== null) {
      const query = { q: 'see', sort: 'relevance', limit: '1', ...(cursor ? { cursor } : {}) }
      const page = (await list(query)).json<Page<Image>>()
      pages.push(...page.items.map(({ originalName }) => originalName))
      cursor = page.nextCursor
      // One comes, and the one seen first goes, between the pages.
      if (pages.length === 1) {
        await upload(owner, 'see-neu.jpg', await jpeg(20, 33))
        await shop.app.inject({ method: 'DELETE', url: `/api/images/${one.id}`, headers: owner.headers })
      }
    }
    expect(pages).toEqual(order)
  })

  it('in the order in which they were taken', async () => {
    expect(await found('date:2019 has:camera', { sort: 'taken' })).toEqual(['IMG_20190714.jpg'])
    const names = await found('type:jpeg', { sort: 'taken' })
    expect(names.at(-1)).toBe('IMG_20190714.jpg')
    const first = (await list({ sort: 'taken', limit: '1' })).json<Page<Image>>()
    const next = (await list({ sort: 'taken', limit: '50', cursor: first.nextCursor ?? '' })).json<
      Page<Image>
    >()
    expect(next.items.map(({ id }) => id)).not.toContain(first.items[0]?.id)
  })

  it('by the sides that the decoder found', async () => {
    const id = ids.get('東京タワー.jpg') ?? ''
    const original = { key: originalKey(id, 1), width: 64, height: 60, orientation: 1 }
    await shop.database.db.transaction((tx) => correctOriginal(tx, id, original))
    expect(await found('width=64 orientation:landscape')).toEqual(['東京タワー.jpg'])
  })

  it('refuses more words than its index holds', async () => {
    // One letter of six: they are searched as words are written, and by their parts.
    const word = '\u3316'.repeat(11)
    const tags = Array.from(
      { length: 50 },
      (_, n) => `${`${word} `.repeat(5)}${String.fromCodePoint(0x4e00 + n)}`,
    )
    const url = `/api/images/${ids.get('porträt.png')}`
    const answer = await shop.app.inject({ method: 'PATCH', url, headers: owner.headers, payload: { tags } })
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'invalid_request'])
  })

  it('nothing of what cannot be read, and says where', async () => {
    const answer = await list({ q: 'beach type:raw' })
    expect(answer.statusCode).toBe(400)
    expect(answer.json()).toMatchObject({
      errors: [{ path: 'q', message: expect.stringMatching(/^at character 12: type is one of jpeg/) }],
    })
  })

  it('what there is to search by, counted', async () => {
    const facets = async (query: Record<string, string> = {}) => {
      const url = `/api/images/facets?${new URLSearchParams(query)}`
      const answer = await shop.app.inject({ method: 'GET', url, headers: owner.headers })
      expect(answer.statusCode, answer.body).toBe(200)
      return answer.json<ImageFacets>()
    }
    const { db } = shop.database
    const before = await facets()
    const all = (await list({})).json<Page<Image>>().items
    expect(before.total).toBe(all.length)
    expect(before.complete).toBe(true)
    expect(before.years.at(-1)).toEqual({ year: 2019, count: 1, months: [{ month: 7, count: 1 }] })
    expect(before.cameras).toEqual([{ value: 'Canon EOS R5', count: 1 }])
    expect(before.types.map(({ value }) => value)).toEqual(['jpeg', 'png'])
    expect(before.tags[0]).toEqual({ value: 'Ferien 2019', count: 2 })
    while ((await foldFacets(db, 3)) > 0);
    expect(await facets()).toEqual(before)
    expect((await facets({ tagPrefix: 'FÉR' })).tags).toEqual([{ value: 'Ferien 2019', count: 2 }])
    expect(await facets({ q: 'tag:berge', tagPrefix: 'b' })).toEqual({
      total: 1,
      complete: true,
      years: [{ year: 2019, count: 1, months: [{ month: 7, count: 1 }] }],
      cameras: [{ value: 'Canon EOS R5', count: 1 }],
      types: [{ value: 'jpeg', count: 1 }],
      tags: [{ value: 'Berge', count: 1 }],
    })
    await patch('Strand-Foto.jpg', { archived: true })
    expect((await facets({ tagPrefix: 'fer' })).tags).toEqual([{ value: 'Ferien 2019', count: 1 }])
    await patch('Strand-Foto.jpg', { archived: false })
    const url = `/api/images/${ids.get('Strand-Foto.jpg')}`
    await shop.app.inject({ method: 'DELETE', url, headers: owner.headers })
    while ((await foldFacets(db, 1_000)) > 0);
    const after = await facets()
    expect(after.total).toBe(before.total - 1)
    expect(after.tags.map(({ value }) => value)).not.toContain('strand')
    expect(await db.query('select 1 from image_facets where count <= 0')).toEqual([])
  })

  it('images of before, once the upkeep has taken them in', async () => {
    const { db } = shop.database
    await db.query('alter table images disable trigger images_index')
    await db.query('update images set indexed = 0, search = null, dated_at = now()')
    await db.query('alter table images enable trigger images_index')
    expect(await found('matterhorn')).toEqual([])
    await shop.images.upkeep.readOnce()
    expect(await found('matterhorn date:2019')).toEqual(['IMG_20190714.jpg'])
  })
})
