import { parseParameters } from '@rendition/contract/recipe'
import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { render } from './render.ts'
import { kindsOfPictures } from './testing/kinds.ts'
import { renderOne } from './testing/rendering.ts'
import { animation, limits } from './testing/sources.ts'

const frames = 8
const delay = Array.from({ length: frames }, (_, frame) => 40 + 10 * (frame % 5))
let sources: Record<'gif' | 'webp', Buffer>
beforeAll(async () => {
  sources = { gif: await animation(60, 40, frames, 'gif'), webp: await animation(60, 40, frames, 'webp') }
})

test.each([
  ['gif', '', 60, 40],
  ['gif', 'w=30', 30, 20],
  ['gif', 'w=20&h=20', 20, 20],
  ['gif', 'crop=10,5,30,20', 30, 20],
  ['gif', 'rotate=90', 40, 60],
  ['gif', 'rotate=30', 72, 65],
  ['gif', 'format=webp', 60, 40],
  ['gif', 'blur=1&grayscale=1&pad=2', 64, 44],
  ['gif', 'watermarkText=x&radius=5', 60, 40],
  ['webp', 'w=30', 30, 20],
  ['webp', 'format=gif&flip=1', 60, 40],
  ['webp', 'quality=20&mirror=1', 60, 40],
] as const)('%s through "%s" keeps frames, times and loops', async (source, query, width, height) => {
  const made = await renderOne(sources[source], query)
  const found = await sharp(made.data).metadata()
  expect(made).toMatchObject({ width, height, frames, format: /format=(\w+)/.exec(query)?.[1] ?? source })
  expect([found.width, found.pageHeight ?? found.height, found.pages, found.loop]).toEqual([
    width,
    height,
    frames,
    3,
  ])
  expect(found.delay).toEqual(delay)
})

test('nothing is encoded where nothing changes, and equal outputs are made once', async () => {
  const commented = Buffer.concat([
    sources.gif.subarray(0, -1),
    Buffer.from([0x21, 0xfe, 4, 0x74, 0x65, 0x78, 0x74, 0, 0x3b]),
  ])
  const recipes = ['w=60', 'w=60&h=40&fit=fill', 'w=900&enlarge=false', 'w=60&h=80&fit=contain', 'w=60&h=20']
  const { outputs } = await render({
    source: { bytes: commented },
    outputs: recipes.map((query) => ({
      name: query,
      recipe: parseParameters(new URLSearchParams(query)).recipe,
    })),
    limits,
  })
  const [first, ...others] = outputs.map(({ data }) => Buffer.from(data))
  expect(first?.equals(sources.gif)).toBe(true)
  expect(others.map((data) => data.equals(sources.gif))).toEqual([true, true, false, false])
  expect(outputs.map(({ name, height }) => [name, height])).toEqual(
    recipes.map((query, index) => [query, [40, 40, 40, 80, 20][index]]),
  )
})

test('one frame may be picked, and a format without animation takes the first', async () => {
  const third = await renderOne(sources.gif, 'frame=3&format=png')
  const reference = await sharp(sources.gif, { page: 3 }).png().toBuffer()
  expect(third.frames).toBe(1)
  expect((await sharp(third.data).raw().toBuffer()).equals(await sharp(reference).raw().toBuffer())).toBe(
    true,
  )
  const still = await renderOne(sources.gif, 'format=jpeg')
  expect(still).toMatchObject({ frames: 1, format: 'jpeg' })
  expect(still.notes.join()).toMatch(/first frame/)
  expect(await renderOne(sources.gif, 'frame=2')).toMatchObject({ frames: 1, format: 'gif' })
})

test('AVIF is refused for an animation and made of one frame', async () => {
  await expect(renderOne(sources.gif, 'format=avif')).rejects.toMatchObject({ code: 'unsupported_output' })
  await expect(renderOne(sources.webp, 'format=avif&w=20')).rejects.toMatchObject({
    code: 'unsupported_output',
  })
  expect(await renderOne(sources.gif, 'format=avif&frame=0')).toMatchObject({
    format: 'avif',
    frames: 1,
    height: 40,
  })
})

test('a frame that is not there is refused', async () => {
  await expect(renderOne(sources.gif, `frame=${frames}`)).rejects.toMatchObject({ code: 'invalid_recipe' })
})

test('what looks at the pixels is decided once for all frames', async () => {
  // The disc walks: each frame alone would be trimmed elsewhere
  const trimmed = await renderOne(sources.gif, 'trim=1')
  expect(trimmed.frames).toBe(frames)
  expect(trimmed.width).toBeGreaterThan(50)
  expect(trimmed.height).toBeLessThan(32)
  const cut = await renderOne(sources.gif, 'w=20&h=40&gravity=attention')
  expect(cut).toMatchObject({ frames, width: 20, height: 40 })
})

test('more pixels than all frames may have are refused', async () => {
  const few = { ...limits, animatedPixels: 60 * 40 * frames }
  await expect(renderOne(sources.gif, 'w=61', { limits: few })).rejects.toMatchObject({
    code: 'output_too_large',
  })
  await expect(
    renderOne(sources.gif, 'w=60', { limits: { ...few, animatedPixels: 60 * 40 * frames - 1 } }),
  ).rejects.toMatchObject({
    code: 'animation_too_large',
  })
})

test('more repetitions and longer times than can be written are as many as can', async () => {
  const slow = await kindsOfPictures['animation without an end']?.()
  const made = await renderOne(slow ?? Buffer.alloc(0), 'w=12')
  const { loop, delay, pages } = await sharp(made.data).metadata()
  expect([pages, loop]).toEqual([3, 65_535])
  // A GIF counts in hundredths of a second, which are rounded.
  expect(delay).toEqual([65_540, 65_540, 65_540])
  expect(made.notes).toEqual([expect.stringMatching(/animation was shortened/)])
})

test('damaged frames leave the first one, and say so', async () => {
  const whole = await animation(60, 40, frames, 'webp')
  const damaged = Buffer.from(whole)
  const last = damaged.lastIndexOf('ANMF')
  damaged.fill(0xff, last + 40, damaged.length)
  const made = await renderOne(damaged, 'w=30')
  expect(made).toMatchObject({ frames: 1, width: 30, format: 'webp' })
  expect(made.notes).toEqual([expect.stringMatching(/animation was dropped/)])
})
