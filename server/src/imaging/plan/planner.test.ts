// @module-tag slow/any-input
import { isFailure } from '@rendition/contract'
import { type OperationInput, parseRecipe } from '@rendition/contract/recipe'
import fc from 'fast-check'
import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import type { Origin } from '../origin.ts'
import type { Canvas } from '../pixels/canvas.ts'
import { type End, type RunContext, run } from '../run.ts'
import { openSource } from '../source.ts'
import { distance } from '../testing/compare.ts'
import { steps as lists } from '../testing/recipes.ts'
import { drawing, limits, open } from '../testing/sources.ts'

/** Recipes tried for each source. Forty seconds in CI; `PLANNER_RUNS=2000` for a long look. */
const runs = Number(process.env.PLANNER_RUNS ?? 100)
/** A tolerance is no theorem: what is not looked at for long is the same recipes each time, and fails always or never. */
const seed = process.env.PLANNER_RUNS === undefined ? { seed: 1 } : {}

/** Sources that differ in what a pipeline must do before it can treat them like the others. */
const makers: Record<string, () => Promise<Buffer>> = {
  'opaque PNG': () =>
    open(drawing(120, 80, 3))
      .png()
      .toBuffer(),
  'baseline JPEG': () =>
    open(drawing(121, 83, 3))
      .jpeg({ quality: 95 })
      .toBuffer(),
  'PNG with alpha': () =>
    open(drawing(120, 80, 4))
      .png()
      .toBuffer(),
  '16-bit PNG': () =>
    open(drawing(120, 80, 3))
      .toColourspace('rgb16')
      .png()
      .toBuffer(),
  'CMYK JPEG': () =>
    open(drawing(120, 80, 3))
      .toColourspace('cmyk')
      .withIccProfile('cmyk')
      .jpeg()
      .toBuffer(),
  'grey JPEG': () =>
    open(drawing(120, 80, 1))
      .toColourspace('b-w')
      .jpeg({ quality: 95 })
      .toBuffer(),
  'JPEG on its side (EXIF 6)': () =>
    open(drawing(80, 120, 3))
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 95 })
      .toBuffer(),
  'mirrored JPEG (EXIF 7)': () =>
    open(drawing(80, 120, 3))
      .withMetadata({ orientation: 7 })
      .jpeg({ quality: 95 })
      .toBuffer(),
  'WebP with alpha': () =>
    open(drawing(120, 80, 4))
      .webp({ lossless: true })
      .toBuffer(),
}

let origins: Record<string, Origin>
beforeAll(async () => {
  const entries = Object.entries(makers).map(
    async ([name, make]) => [name, await openSource({ bytes: await make() }, limits)] as const,
  )
  origins = Object.fromEntries(await Promise.all(entries))
})

async function pixels(end: End): Promise<Canvas> {
  if ('canvas' in end) return end.canvas
  const { data, info } = await end.pipeline.raw().toBuffer({ resolveWithObject: true })
  return { data, width: info.width, height: info.height, channels: info.channels as 3 | 4, grey: false }
}

async function rendered(
  origin: Origin,
  steps: readonly OperationInput[],
  onePerPass: boolean,
): Promise<Canvas | string> {
  const context: RunContext = {
    limits,
    sources: { assets: {}, limits, marks: new Map(), gamut: 'srgb' },
    signal: undefined,
    onePerPass,
  }
  const standing = {
    width: origin.width,
    height: origin.height,
    points: {
      focal: { x: 0.3 * origin.width, y: 0.7 * origin.height },
      face: { x: 0.8 * origin.width, y: 0.1 * origin.height },
      faces: { x: 0.5 * origin.width, y: 0.4 * origin.height },
    },
  }
  try {
    const end = await run(
      { start: { origin, frame: 0 }, steps: parseRecipe({ steps }).steps, standing },
      context,
    )
    return await pixels(end)
  } catch (error) {
    if (isFailure(error)) return error.code
    throw error
  }
}

/**
 * Levels of 255 that rounding may cost. One operation a pass rounds to a level after each, and some make more of it: a
 * sharpening triples what a pixel differs from its neighbours by (two in a row made 7 of a level), a gamma of 2.4 raises
 * half a level above black to 19, and a tint after a resize came to 3.
 */
const tolerance = (steps: readonly OperationInput[]): number => {
  const count = (name: OperationInput['op']): number => steps.filter(({ op }) => op === name).length
  return Math.max(3, count('gamma') > 0 ? 20 : 0, 3 ** Math.min(3, count('sharpen')))
}

test.each(Object.keys(makers))(
  'the planner gives what one operation a pass gives: %s',
  { timeout: 300_000 },
  async (name) => {
    const origin = origins[name]
    if (!origin) throw new Error(`There is no source ${name}.`)
    // A CMYK profile costs some 80 ms to open, each time
    const count = name.startsWith('CMYK') ? Math.ceil(runs / 5) : runs
    let [compared, refused] = [0, 0]
    await fc.assert(
      fc.asyncProperty(lists, async (steps) => {
        const [planned, reference] = [
          await rendered(origin, steps, false),
          await rendered(origin, steps, true),
        ]
        if (typeof planned === 'string' || typeof reference === 'string') {
          refused++
          expect(planned).toEqual(reference)
        } else {
          compared++
          expect(distance(planned, reference)).toBeLessThanOrEqual(tolerance(steps))
        }
      }),
      { ...seed, numRuns: count, endOnFailure: true },
    )
    // Should the generator drift into recipes that are all refused, this test would prove nothing
    expect(compared).toBeGreaterThan(count / 2)
    expect(compared + refused).toBeGreaterThanOrEqual(count)
  },
)

test('the sources are what they are called', async () => {
  expect(origins['16-bit PNG']).toMatchObject({ foreign: true })
  expect(origins['CMYK JPEG']).toMatchObject({ foreign: true })
  expect(origins['grey JPEG']).toMatchObject({ grey: true, foreign: true })
  expect(origins['PNG with alpha']).toMatchObject({ alpha: true, foreign: false })
  expect(origins['JPEG on its side (EXIF 6)']).toMatchObject({ turned: true, width: 120, height: 80 })
  expect(sharp.cache()).toMatchObject({ items: { max: 0 } })
})
