import sharp, { type Sharp } from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { creditsIn } from './embedded/read-metadata.ts'
import { tagsOf } from './embedded/tags-of.ts'
import { attach } from './metadata/attach.ts'
import { noBlocks } from './metadata/blocks.ts'
import { creditSet, writePhotoshop } from './metadata/iptc.ts'
import { ssim } from './testing/compare.ts'
import { withGainMap } from './testing/gain-map.ts'
import { decoded, renderOne } from './testing/rendering.ts'

let source: Buffer
let map: Buffer
beforeAll(async () => {
  source = await withGainMap(1600, 1200)
  map = await mapOf(source)
})

async function mapOf(data: Uint8Array): Promise<Buffer> {
  const found = (await sharp(data).metadata()).gainMap
  if (!found) throw new Error('There is no gain map.')
  return found.image
}

test.each<[string, (whole: Sharp) => Sharp]>([
  ['w=800', (whole) => whole.resize(200, 150)],
  ['w=800&metadata=keep', (whole) => whole.resize(200, 150)],
  ['w=1200&h=600', (whole) => whole.resize(300, 225).extract({ left: 0, top: 37, width: 300, height: 150 })],
  ['crop=200,400,1000,800', (whole) => whole.extract({ left: 50, top: 100, width: 250, height: 200 })],
  ['mirror=1', (whole) => whole.flop()],
])('an HDR gain map follows geometry, pixel for pixel: %s', async (query, same) => {
  const made = await renderOne(source, query)
  expect(made.notes).toEqual([])
  const followed = await decoded(await mapOf(made.data))
  const expected = await decoded(await same(sharp(map)).png().toBuffer())
  // As a mirrored map, or one a crop did not reach, would be below 0.7
  expect(ssim(followed, expected)).toBeGreaterThan(0.97)
})

test.each([
  ['w=800&watermarkText=x', /cannot follow these/],
  ['w=800&rotate=10', /cannot follow these/],
  ['w=800&rotate=90', /cannot follow these/],
  ['w=800&flip=1', /cannot follow these/],
  ['w=800&format=webp', /webp/],
  ['w=300', /too small/],
])('where it cannot, it is dropped and the answer says why: %s', async (query, reason) => {
  const made = await renderOne(source, query)
  expect((await sharp(made.data).metadata()).gainMap).toBeUndefined()
  expect(made.notes.join()).toMatch(reason)
})

test('a turn behind the scaling, which sharp would read the map from freed memory for', async () => {
  const made = await renderOne(source, { steps: [{ op: 'resize', width: 800 }, { op: 'flip' }] })
  expect((await sharp(made.data).metadata()).gainMap).toBeUndefined()
  expect(made.notes.join()).toMatch(/cannot follow/)
})

test('and the turn of a camera', async () => {
  const turned = await withGainMap(1600, 1200, 6)
  const made = await renderOne(turned, 'w=800')
  expect([made.width, made.height]).toEqual([800, 1067])
  expect(made.notes.join()).toMatch(/camera/)
})

test('a gain map that cannot be read is dropped with a note, and the picture is there', async () => {
  const nonsense = Buffer.from(
    source.toString('latin1').replace('hdrgm:Gamma="1"', 'hdrgm:Gamma="0"'),
    'latin1',
  )
  const made = await renderOne(nonsense, 'w=800')
  expect(made).toMatchObject({ width: 800, height: 600 })
  expect(made.notes).toEqual([expect.stringMatching(/gain map was dropped: it is damaged/)])
  expect((await sharp(made.data).metadata()).gainMap).toBeUndefined()
})

test('who is to be named stays beside a gain map, of which libvips reads neither XMP nor IPTC', async () => {
  const named = attach(source, 'jpeg', { ...noBlocks, iptc: writePhotoshop(creditSet('Agentur Süd')) })
  for (const query of ['w=800', 'w=800&metadata=details', 'w=300', 'w=300&format=webp']) {
    const made = await renderOne(Buffer.from(named), query)
    expect((await sharp(made.data).metadata()).gainMap !== undefined).toBe(query.includes('800'))
    expect(creditsIn(tagsOf(made.data)).credit, query).toBe('Agentur Süd')
  }
})
