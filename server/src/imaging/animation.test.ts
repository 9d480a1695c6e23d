import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
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
