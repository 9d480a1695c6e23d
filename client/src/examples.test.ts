import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Door, type House, openHouse, owner } from '../../server/src/delivery/testing/house.ts'
import { photo } from '../../server/src/delivery/testing/pictures.ts'
import loader from '../examples/next-image-loader.ts'
import { card } from '../examples/sign-on-a-server.ts'
import { constrained } from '../examples/unpic-image.ts'

/** The examples name a host that does not exist: their URLs are asked of a real delivery instead. */
const example = 'https://images.example.org'
const accept = 'image/avif,image/webp,*/*'

let house: House
let door: Door
let open: string
let hidden: string

beforeAll(async () => {
  house = await openHouse()
  door = await house.open()
  const bytes = await photo(3200, 2400)
  open = (await house.upload(bytes, 'public')).id
  hidden = (await house.upload(bytes, 'private', owner, 'hidden.jpg')).id
})
afterAll(() => house.close())

const ask = (url: string): Promise<Response> =>
  fetch(url.replaceAll('&amp;', '&').replace(example, door.url), { headers: { accept } })

it('the loader for next/image names pictures that anyone gets, immutable and in the best format', async () => {
  for (const width of [640, 828, 1200]) {
    const answer = await ask(loader({ src: `${open}?v=1`, width, quality: 75 }))
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toBe('image/webp')
    expect(answer.headers.get('cache-control')).toContain('immutable')
    await answer.arrayBuffer()
  }
})

it('what unpic makes of the provider is answered in every width', async () => {
  const { src, srcset, sizes } = constrained(`/images/${open}?v=1`, { width: 600, height: 400 })
  expect(sizes).toBe('(min-width: 600px) 600px, 100vw')
  const urls = [src, ...srcset.split(', ').map((entry) => entry.split(' ')[0] ?? '')]
  expect(urls).toHaveLength(4)
  for (const url of urls) expect((await ask(url)).status, url).toBe(200)
})

it('a server signs URLs of private pictures that anyone may use and nobody may change', async () => {
  const html = await card({ id: hidden, version: 1, title: 'Cat & "dog"' }, house.signingKey, {
    baseUrl: example,
    windowMs: 3_600_000,
  })
  const urls = [...html.matchAll(/https:[^"\s,]+/g)].map(([url]) => url)
  expect(new Set(urls).size).toBe(3)
  for (const url of urls) {
    expect((await ask(url)).status, url).toBe(200)
    expect((await ask(url.replace(/width=\d+|preset=large/, 'width=2000'))).status).toBe(403)
  }
  const download = await ask(urls[0] ?? '')
  expect(download.headers.get('content-disposition')).toBe('attachment; filename="Cat & _dog_.jpg"')
})
