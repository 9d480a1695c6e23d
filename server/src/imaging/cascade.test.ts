import { defaultPresets, parseRecipe } from '@rendition/contract/recipe'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { beginningsOf, leadingSize, makeLevels } from './cascade.ts'
import type { Canvas } from './pixels/canvas.ts'
import { render } from './render.ts'
import { run } from './run.ts'
import { openCanvas, openSource } from './source.ts'
import { ssim } from './testing/compare.ts'
import { decoded } from './testing/rendering.ts'
import { limits, open, photograph } from './testing/sources.ts'

const presets = Object.entries(defaultPresets).filter(([name]) => name !== 'original')
const sources = { assets: {}, limits, marks: new Map(), gamut: 'srgb' as const }

/** Widths in steps that just suffice for one to be made from the next, and some that do not. */
const widths = [150, 250, 480, 640, 800, 1024, 1200, 1920]

test.each([1, 2, 3])(
  'what the cascade makes cannot be told from the direct one (photograph %i)',
  { tags: 'slow/any-input' },
  async (seed) => {
    const bytes = await open(photograph(2600, 1740, seed))
      .jpeg({ quality: 92 })
      .toBuffer()
    const origin = await openSource({ bytes }, limits)
    const wanted = widths.map((width) => ({
      steps: parseRecipe({ steps: [{ op: 'resize', width }] }).steps,
      direct: false,
    }))
    const start = { x: 0, y: 0 }
    const standing = {
      width: origin.width,
      height: origin.height,
      points: { focal: start, face: start, faces: start },
    }
    const whole = await decoded(await sharp(bytes).png({ compressionLevel: 0 }).toBuffer())
    const levels: Canvas[] = []
    for await (const level of makeLevels(beginningsOf(wanted, origin, null), origin, 0, null, undefined))
      levels.push(level)
    for (const [index, { steps }] of wanted.entries()) {
      const level = levels.find(({ width }) => width === widths[index])
      if (!level) throw new Error('Each of these has a level.')
      const direct = await run(
        { start: { origin, frame: 0 }, steps, standing },
        { limits, sources, signal: undefined },
      )
      const wide = `${widths[index]} wide`
      expect(ssim(level, (direct as { canvas: Canvas }).canvas), wide).toBeGreaterThanOrEqual(0.995)
      // And against the picture without any shortcut, which shrink-on-load is too
      const { width, height } = level
      const data = await openCanvas(whole).resize(width, height, { fit: 'fill' }).raw().toBuffer()
      expect(ssim(level, { ...level, data }), wide).toBeGreaterThanOrEqual(0.995)
    }
  },
)

test('only what starts by scaling the whole picture down is fed by a level', () => {
  const size = { width: 400, height: 300 }
  const lead = (step: object) =>
    leadingSize({ steps: parseRecipe({ steps: [step as never] }).steps, direct: false }, size)
  expect(lead({ op: 'resize', width: 200 })).toEqual({ width: 200, height: 150 })
  expect(lead({ op: 'resize', width: 100, height: 100 })).toEqual({ width: 133, height: 100 })
  expect(lead({ op: 'resize', width: 800 })).toBeNull()
  expect(lead({ op: 'resize', width: 400 })).toBeNull()
  expect(lead({ op: 'resize', width: 9, height: 9, gravity: 'attention' })).toBeNull()
  expect(lead({ op: 'blur', sigma: 1 })).toBeNull()
})

test('the presets of an upload come out of one render, with their placeholder', async () => {
  const bytes = await open(photograph(2200, 1500, 4))
    .jpeg({ quality: 90 })
    .toBuffer()
  const outputs = presets.map(([name, recipe]) => ({ name, recipe }))
  const result = await render({ source: { bytes }, outputs, placeholder: true, limits })
  expect(result.outputs.map(({ name, width, height, format }) => [name, width, height, format])).toEqual([
    ['thumbnail', 150, 150, 'jpeg'],
    ['small', 480, 327, 'jpeg'],
    ['medium', 1024, 698, 'jpeg'],
    ['large', 1920, 1309, 'jpeg'],
  ])
  expect(result.placeholder?.color).toMatch(/^#[0-9a-f]{6}$/)
  const hash = Buffer.from(result.placeholder?.thumbhash ?? '', 'base64')
  expect(hash.length).toBeGreaterThan(15)
  expect(hash.length).toBeLessThan(30)
})

test('small pictures are never enlarged by the presets that say so', async () => {
  const bytes = await open(photograph(300, 200, 5))
    .jpeg({ quality: 90 })
    .toBuffer()
  const outputs = presets.map(([name, recipe]) => ({ name, recipe }))
  const result = await render({ source: { bytes }, outputs, placeholder: true, limits })
  expect(result.outputs.map(({ width, height }) => [width, height])).toEqual([
    [150, 150],
    [300, 200],
    [300, 200],
    [300, 200],
  ])
})

test('a picture larger than an output may be has its placeholder whatever is made of it', async () => {
  const bytes = await open(photograph(400, 300, 7))
    .jpeg()
    .toBuffer()
  const few = { ...limits, outputSide: 120, outputPixels: 12_000 }
  for (const steps of [
    [
      { op: 'gamma', value: 2 },
      { op: 'resize', width: 100 },
    ],
    [{ op: 'resize', width: 90 }],
  ]) {
    const outputs = [{ name: 'one', recipe: parseRecipe({ steps: steps as never[] }) }]
    const result = await render({ source: { bytes }, outputs, placeholder: true, limits: few })
    expect(result.placeholder?.thumbhash).toMatch(/.{20}/)
  }
})

test('outputs that need the whole picture share one decode and do not disturb each other', async () => {
  const bytes = await open(photograph(400, 300, 6))
    .png()
    .toBuffer()
  const alone = async (steps: never[]) => {
    const recipe = parseRecipe({ steps, output: { format: 'png' } })
    return (await render({ source: { bytes }, outputs: [{ name: 'a', recipe }], limits })).outputs[0]?.data
  }
  const lists = [
    [{ op: 'gamma', value: 2 }],
    [{ op: 'radius', radius: 40 }],
    [{ op: 'crop', x: 9, y: 9, width: 50, height: 40 }],
    [],
  ] as never[][]
  const outputs = lists.map((steps, index) => ({
    name: `${index}`,
    recipe: parseRecipe({ steps, output: { format: 'png' } }),
  }))
  const together = await render({ source: { bytes }, outputs, limits })
  for (const [index, steps] of lists.entries())
    expect(
      Buffer.from(together.outputs[index]?.data ?? []).equals(Buffer.from((await alone(steps)) ?? [])),
    ).toBe(true)
})
