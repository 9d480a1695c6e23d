import { parseRecipe, type RecipeInput } from '@rendition/contract/recipe'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { measureQuality } from './measure-quality.ts'
import { qualityFor, readCurve } from './quality/curve.ts'
import { render } from './render.ts'
import { settleQuality } from './settle-quality.ts'
import { limits, photograph } from './testing/sources.ts'
import type { OutputSink, QualityCurve } from './types.ts'

const { data, ...raw } = photograph(640, 427, 3)
const photo = await sharp(data, { raw }).jpeg({ quality: 92 }).toBuffer()
const picture = { format: 'jpeg' as const, alpha: false, width: 640, height: 427 }
const canvas = { data, ...raw, channels: 3 as const, grey: false }
const curve = await measureQuality(canvas)
const points = 'points' in curve ? curve.points : null

const recipe = (output: RecipeInput['output'], width = 320) =>
  parseRecipe({ steps: [{ op: 'resize', width }], output })
const numberOf = (output: RecipeInput['output'], by: QualityCurve | null = curve) =>
  settleQuality(recipe(output), picture, by).recipe.output.quality

describe('a curve', () => {
  it('is measured of a photograph, the same each time, and is read again only in its epoch', async () => {
    expect(points?.jpeg.similarity).toBeGreaterThan(0.9)
    expect(points?.avif.bits).toBeLessThan(points?.jpeg.bits ?? 0)
    expect(await measureQuality(canvas)).toEqual(curve)
    expect(readCurve(JSON.parse(JSON.stringify(curve)))).toEqual(curve)
    expect(readCurve({ ...curve, epoch: 0 })).toBeNull()
    expect(readCurve(null)).toBeNull()
  })

  it.each([
    ['transparent', 4, (at: number) => [at % 251, (at * 7) % 253, 90, at % 255]],
    ['drawn', 3, (at: number) => (at % 640 < 320 ? [200, 30, 30] : [255, 255, 255])],
  ] as const)('is not measured of what is %s', async (unmeasured, channels, colourAt) => {
    const pixels = Uint8Array.from({ length: 640 * 427 }, (_, at) => at)
    const flat = Buffer.concat(Array.from(pixels, (_, at) => Uint8Array.from(colourAt(at))))
    const found = await measureQuality({ data: flat, width: 640, height: 427, channels, grey: false })
    expect(found).toMatchObject({ unmeasured })
  })

  it('is not measured of a tiny picture, and words are the defaults then', async () => {
    const small = await measureQuality({
      ...canvas,
      data: data.subarray(0, 60 * 60 * 3),
      width: 60,
      height: 60,
    })
    expect(small).toMatchObject({ unmeasured: 'small' })
    expect(numberOf({ format: 'webp', quality: 'auto' }, small)).toBeUndefined()
    expect(numberOf({ format: 'webp', quality: 'auto:best' }, small)).toBe(90)
    expect(numberOf({ format: 'avif', quality: 'auto:eco' }, null)).toBe(45)
  })

  it('gives a higher number for a higher target, and none to what loses nothing', () => {
    for (const format of ['jpeg', 'webp', 'avif'] as const) {
      const [eco, good, best] = (['auto:eco', 'auto', 'auto:best'] as const).map((quality) =>
        Number(numberOf({ format, quality })),
      )
      expect(eco).toBeLessThanOrEqual(good ?? 0)
      expect(good).toBeLessThanOrEqual(best ?? 0)
    }
    expect(numberOf({ format: 'png', quality: 'auto' })).toBeUndefined()
    expect(numberOf({ format: 'jpeg', quality: 81 })).toBe(81)
    const noisy = { similarity: 0.9, bits: 3 }
    expect(qualityFor('jpeg', noisy, 'good')).toBeGreaterThan(
      qualityFor('jpeg', { ...noisy, similarity: 0.99 }, 'good'),
    )
  })
})

describe('a render that measures', () => {
  it('settles its outputs as whoever plans them does, and tells the curve before the first of them', async () => {
    const open = recipe({ format: 'webp', quality: 'auto:good' })
    const told: string[] = []
    const files: Uint8Array[] = []
    let found: QualityCurve | null = null
    const sink: OutputSink = {
      measured: (measured) => {
        told.push('measured')
        found = measured
      },
      made: (output) => {
        told.push(output.name)
        files.push(output.data)
      },
      failed: (name) => void told.push(`${name} failed`),
    }
    const source = { bytes: photo }
    const outputs = ['one', 'two'].map((name) => ({ name, recipe: open }))
    const { curve: result } = await render({ source, limits, measure: true, outputs }, undefined, sink)
    expect(told[0]).toBe('measured')
    expect(told.slice(1).sort()).toEqual(['one', 'two'])
    expect(result).toEqual(found)
    const settled = settleQuality(open, picture, result ?? null).recipe
    expect(settled.output.quality).toEqual(expect.any(Number))
    const again = await render({
      source,
      limits,
      outputs: outputs.map((one) => ({ ...one, recipe: settled })),
    })
    expect(again.outputs.map((one) => Buffer.compare(one.data, files[0] ?? one.data))).toEqual([0, 0])
  })

  it('measures alone, also where one output begins with the source', async () => {
    const source = { bytes: photo }
    const alone = await render({ source, limits, measure: true, outputs: [] })
    expect(alone.curve).toHaveProperty('points')
    const steps = [{ op: 'crop' as const, x: 0, y: 0, width: 300, height: 300 }]
    const outputs = [{ name: 'one', recipe: parseRecipe({ steps, output: { quality: 'auto' } }) }]
    const one = await render({ source, limits, measure: true, outputs })
    expect(one.outputs).toHaveLength(1)
    expect(one.curve).toHaveProperty('points')
  })
})

describe('maxBytes', () => {
  const fileOf = async (output: RecipeInput['output'], by: QualityCurve | null) => {
    const settled = settleQuality(recipe(output), picture, by).recipe
    const one = { name: 'one', recipe: settled }
    const { outputs } = await render({ source: { bytes: photo }, limits, outputs: [one] })
    return outputs[0]?.data.length ?? Number.NaN
  }

  it.each(['jpeg', 'webp', 'avif'] as const)(
    'is kept by %s, by look-up and without a curve',
    async (format) => {
      const whole = await fileOf({ format }, null)
      for (const share of [0.9, 0.4]) {
        const maxBytes = Math.round(whole * share)
        for (const by of [curve, null]) {
          const bytes = await fileOf({ format, maxBytes }, by)
          expect(bytes).toBeLessThanOrEqual(maxBytes)
          expect(bytes).toBeGreaterThan(maxBytes / 3)
        }
      }
      expect(await fileOf({ format, maxBytes: whole * 2 }, null)).toBe(whole)
    },
  )

  it.each(['jpeg', 'png'] as const)('is refused where %s cannot be so small', async (format) => {
    await expect(fileOf({ format, maxBytes: 300 }, curve)).rejects.toMatchObject({ code: 'output_too_large' })
  })
})
