import { type Explanation, Failure } from '@rendition/contract'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { attach } from '../../imaging/metadata/attach.ts'
import { noBlocks } from '../../imaging/metadata/blocks.ts'
import { creditSet, writePhotoshop } from '../../imaging/metadata/iptc.ts'
import { withGainMap } from '../../imaging/testing/gain-map.ts'
import { type Door, type House, openHouse, owner, ownerAsking, stranger } from '../testing/house.ts'

let house: House
let door: Door
let photo: Buffer
let bare: Buffer
beforeAll(async () => {
  house = await openHouse()
  door = await house.open()
  const picture = sharp({ create: { width: 90, height: 60, channels: 3, background: '#c84' } })
  bare = await picture.clone().jpeg().toBuffer()
  photo = await picture
    .withExif({
      IFD0: { Artist: 'A. Photographer', Make: 'Maker' },
      IFD2: { BodySerialNumber: 'SERIAL-1234' },
      IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 3230/100' },
    })
    .jpeg()
    .toBuffer()
})
afterAll(() => house.close())

async function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  const answer = await fetch(door.url + path, { headers, method })
  const body = Buffer.from(await answer.arrayBuffer())
  return { status: answer.status, headers: answer.headers, body, etag: answer.headers.get('etag') ?? '' }
}
const placed = (file: Buffer): boolean =>
  file.includes('SERIAL-1234') ||
  file.includes(Buffer.from([0x88, 0x25])) ||
  file.includes(Buffer.from([0x25, 0x88]))

it('a stranger gets the original of a public image without place and serial number, whichever way he asks', async () => {
  const { id } = await house.upload(photo, 'public')
  for (const path of [
    `/images/${id}`,
    `/images/${id}?preset=original`,
    `/images/${id}?v=1`,
    `/images/${id}?download=a.jpg`,
  ])
    for (const headers of [{}, house.as(stranger), { 'x-api-key': 'bad' }]) {
      const { status, body, headers: answered } = await get(path, headers)
      expect(status, path).toBe(200)
      expect(placed(body), path).toBe(false)
      expect(body.length).toBe(photo.length)
      expect(body.includes('A. Photographer')).toBe(true)
      expect(answered.get('cache-control')).not.toContain('immutable')
      expect(answered.get('vary')).toMatch(/Authorization.*X-API-Key/)
      expect(answered.get('access-control-expose-headers')).not.toMatch(
        /upload-|tus-|ratelimit|x-job|location/,
      )
    }
  const kept = await get(`/images/${id}?metadata=keep`)
  expect(kept.status).toBe(403)
})

it('the owner, and whoever holds a signed URL, get it byte for byte', async () => {
  const { id } = await house.upload(photo, 'public')
  const mine = await get(`/images/${id}?preset=original`, house.as(owner))
  expect(mine.body.equals(photo)).toBe(true)
  expect(mine.headers.get('cache-control')).toContain('private')
  const { url } = JSON.parse(
    (await get(`/api/images/${id}/explain?preset=original`, house.as(owner))).body.toString(),
  ) as Explanation
  expect(url).toContain('sig=')
  expect((await get(url)).body.equals(photo)).toBe(true)
  const theirs = JSON.parse(
    (await get(`/api/images/${id}/explain?preset=original`)).body.toString(),
  ) as Explanation
  expect(theirs.url).not.toContain('sig=')
  const keep = await get(`/images/${id}?metadata=keep`, house.as(owner))
  expect(keep.body.equals(photo)).toBe(true)
})

it('the place of a rendition is for its owner, and each audience has what it may have at the most', async () => {
  const { id } = await house.upload(photo, 'private')
  const [signed, mine] = [
    house.signer.signedUrl({ imageId: id, query: { width: 64, metadata: 'keep' } }),
    `/images/${id}?w=64&metadata=keep`,
  ]
  const told = async (path: string, headers = {}, from = door): Promise<string> => {
    const answer = await fetch(from.url + path, { headers })
    expect(answer.status, path).toBe(200)
    const body = Buffer.from(await answer.arrayBuffer())
    const found = {
      place: placed(body),
      camera: body.includes('Maker'),
      artist: body.includes('A. Photographer'),
    }
    return Object.entries(found)
      .flatMap(([name, there]) => (there ? name : []))
      .join()
  }
  expect(await told(mine, house.as(owner))).toBe('place,camera,artist')
  expect(await told(signed)).toBe('camera,artist')
  expect(await told(signed, house.as(owner))).toBe('camera,artist')
  // Without a change of the picture it is not the original either.
  expect(await told(house.signer.signedUrl({ imageId: id, query: { metadata: 'keep' } }))).toBe(
    'camera,artist',
  )
  expect(await told(`/images/${id}?metadata=keep`, house.as(owner))).toBe('place,camera,artist')
  const open = await house.upload(photo, 'public')
  const ladder = `/images/${open.id}?w=64`
  expect(await told(ladder)).toBe('artist')
  expect(
    await told(house.signer.signedUrl({ imageId: open.id, query: { width: 64, metadata: 'details' } })),
  ).toBe('camera,artist')
  const other = await house.open({ metadataSigned: 'keep' })
  expect(await told(signed, {}, other)).toBe('place,camera,artist')
  expect(await told(ladder, {}, other)).toBe('artist')
  await other.close()
})

it('who is to be named stays for everybody, beside a gain map too', async () => {
  const named = attach(await withGainMap(800, 600), 'jpeg', {
    ...noBlocks,
    iptc: writePhotoshop(creditSet('Agentur')),
  })
  const { id } = await house.upload(Buffer.from(named), 'public')
  expect((await get(`/images/${id}?w=640`)).body.includes('Agentur')).toBe(true)
})

it('ETags, conditions, HEAD and ranges are those of the cleaned file', async () => {
  const { id } = await house.upload(photo, 'public')
  const path = `/images/${id}?preset=original`
  const whole = await get(path)
  const mine = await get(path, house.as(owner))
  expect(whole.etag).not.toBe(mine.etag)
  const head = await get(path, {}, 'HEAD')
  expect([head.etag, head.headers.get('content-length')]).toEqual([whole.etag, String(photo.length)])
  expect((await get(path, { 'if-none-match': whole.etag })).status).toBe(304)
  expect((await get(path, { 'if-none-match': mine.etag })).status).toBe(200)
  for (const [start, end] of [
    [0, 9],
    [20, 300],
    [100, photo.length - 1],
    [photo.length - 5, photo.length - 1],
  ] as const) {
    const part = await get(path, { range: `bytes=${start}-${end}` })
    expect(part.status).toBe(206)
    expect(part.body.equals(whole.body.subarray(start, end + 1))).toBe(true)
  }
  expect((await get(path, { range: `bytes=${photo.length}-` })).status).toBe(416)
})

it('where there is nothing to hide, nothing changes', async () => {
  const { id } = await house.upload(bare, 'public')
  const answer = await get(`/images/${id}?preset=original&v=1`)
  expect(answer.body.equals(bare)).toBe(true)
  expect(answer.headers.get('cache-control')).toContain('immutable')
  expect(answer.headers.get('vary') ?? '').not.toContain('Authorization')
})

it('the owner may give all of it to everybody, and take that back', async () => {
  const { id } = await house.upload(photo, 'public')
  const image = await house.images.library.change(ownerAsking, id, { publicOriginal: 'untouched' })
  expect(image.publicOriginal).toBe('untouched')
  const given = await get(`/images/${id}?preset=original&v=1`)
  expect(given.body.equals(photo)).toBe(true)
  expect(given.headers.get('cache-control')).not.toContain('immutable')
  await house.images.library.change(ownerAsking, id, { publicOriginal: 'cleaned' })
  expect(placed((await get(`/images/${id}?preset=original&v=1`)).body)).toBe(false)
})

it('is looked through once for all requests, by every process', async () => {
  const { id } = await house.upload(photo, 'public')
  await Promise.all(Array.from({ length: 8 }, () => get(`/images/${id}`)))
  const before = house.counts.queries
  await get(`/images/${id}`)
  expect(house.counts.queries).toBe(before)
  const other = await house.open()
  expect(placed(Buffer.from(await (await fetch(`${other.url}/images/${id}`)).arrayBuffer()))).toBe(false)
})

it('while nobody can say who asks, nobody is taken for a stranger', async () => {
  const { id } = await house.upload(photo, 'public')
  const asking = house.as('unverified')
  for (const path of [`/images/${id}`, `/images/${id}?v=1`, `/api/images/${id}/explain?preset=original`])
    for (const method of ['GET', 'HEAD'])
      expect((await get(path, asking, method)).status, `${method} ${path}`).toBe(503)
  // What everybody gets alike waits for nobody
  const { id: plain } = await house.upload(bare, 'public')
  expect((await get(`/images/${plain}`, asking)).status).toBe(200)
  expect((await get(`/images/${id}?preset=small`, asking)).status).toBe(200)
})

it.each(['render_timeout', 'render_crashed', 'render_too_large'] as const)(
  'a file that ends in %s is looked through once, and not given to strangers',
  async (code) => {
    let asked = 0
    const unruly = await openHouse({
      clean: async () => {
        asked += 1
        throw new Failure(code)
      },
    })
    try {
      const { id } = await unruly.upload(photo, 'public')
      const doors = [await unruly.open(), await unruly.open()]
      for (const { url } of [...doors, ...doors]) {
        const answer = await fetch(`${url}/images/${id}`)
        expect(answer.status).toBe(403)
        expect(await answer.json()).toMatchObject({ code: 'signature_required' })
      }
      expect(asked).toBe(1)
      const mine = await fetch(`${doors[0]?.url}/images/${id}`, { headers: unruly.as(owner) })
      expect(Buffer.from(await mine.arrayBuffer()).equals(photo)).toBe(true)
    } finally {
      await unruly.close()
    }
  },
)

it('a file whose turn did not come is looked through later', async () => {
  let asked = 0
  const busy = await openHouse({
    clean: async () => {
      asked += 1
      throw new Failure(asked === 1 ? 'overloaded' : 'unavailable', undefined, { retryAfter: 1 })
    },
  })
  try {
    const { id } = await busy.upload(photo, 'public')
    const { url } = await busy.open()
    expect((await fetch(`${url}/images/${id}`)).status).toBeGreaterThanOrEqual(429)
    expect((await fetch(`${url}/images/${id}`)).status).toBe(503)
    expect(asked).toBe(2)
  } finally {
    await busy.close()
  }
})
