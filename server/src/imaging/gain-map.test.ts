import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { withGainMap } from './testing/gain-map.ts'
import { renderOne } from './testing/rendering.ts'

let source: Buffer
beforeAll(async () => {
  source = await withGainMap(1600, 1200)
  expect((await sharp(source).metadata()).gainMap).toBeDefined()
})

test.each(['w=800', 'w=900&h=700', 'crop=100,100,1000,800', 'w=700&gravity=north'])(
  'an HDR gain map follows geometry: %s',
  async (query) => {
    const made = await renderOne(source, query)
    expect((await sharp(made.data).metadata()).gainMap).toBeDefined()
    expect(made.notes).toEqual([])
  },
)

test('and a flip, where it comes after the scaling', async () => {
  const made = await renderOne(source, { steps: [{ op: 'resize', width: 800 }, { op: 'flip' }] })
  expect((await sharp(made.data).metadata()).gainMap).toBeDefined()
})

test.each([
  ['w=800&watermarkText=x', /cannot follow/],
  ['w=800&rotate=10', /cannot follow/],
  ['w=800&flip=1', /cannot follow/],
  ['w=800&format=webp', /webp/],
  ['w=300', /too small/],
])('where it cannot, it is dropped and the answer says why: %s', async (query, reason) => {
  const made = await renderOne(source, query)
  expect((await sharp(made.data).metadata()).gainMap).toBeUndefined()
  expect(made.notes.join()).toMatch(reason)
})
