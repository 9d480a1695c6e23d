import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { isFailure } from '@rendition/contract'
import { parseRecipe } from '@rendition/contract/recipe'
import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { renderingConfigSchema } from './config.ts'
import { createRendering } from './index.ts'
import { limits } from './testing/limits.ts'

/** 64 × 96 upright, stored on its side (`irot`), in Display P3: red, green, blue and grey quarters. */
const fixture = fileURLToPath(new URL('./testing/quarters.heic', import.meta.url))
const config = renderingConfigSchema.parse({})
const rendering = createRendering({ limits, config })
const refusing = createRendering({ limits, config: { ...config, heic: false } })
afterAll(() => Promise.all([rendering.close(), refusing.close()]))

const outputs = [{ name: 'png', recipe: parseRecipe({ output: { format: 'png' } }) }]
const options = { timeoutMs: 20_000, lane: 'bulk' as const }

/** Display P3 to sRGB by the matrices of CSS Color 4, for one pixel. */
function p3ToSrgb(pixel: readonly number[]): number[] {
  const decode = (v: number) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  const encode = (v: number) => (v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055)
  const [r = 0, g = 0, b = 0] = pixel.map((value) => decode(value / 255))
  const linear = [
    1.2249401763 * r - 0.2249401763 * g,
    -0.0420569547 * r + 1.0420569547 * g,
    -0.0196375546 * r - 0.0786360456 * g + 1.0982736002 * b,
  ]
  return linear.map((value) => Math.round(255 * encode(Math.min(1, Math.max(0, value)))))
}

describe('HEIC', () => {
  it('is told from its header', async () => {
    expect(await rendering.probe(fixture)).toMatchObject({ format: 'heic', width: 64, height: 96, frames: 1 })
  })

  it('comes out upright and in the right colours', async () => {
    const { outputs: made, placeholder } = await rendering.render(
      { source: { file: fixture }, outputs, placeholder: true },
      options,
    )
    expect(placeholder?.thumbhash).toMatch(/.+/)
    expect(made[0]).toMatchObject({ width: 64, height: 96, format: 'png' })
    const { data, info } = await sharp(made[0]?.data)
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    const at = (x: number, y: number) => [
      ...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3),
    ]
    const quarters = [
      [at(10, 10), [0xc0, 0x20, 0x20]],
      [at(50, 10), [0x20, 0xc0, 0x20]],
      [at(10, 80), [0x20, 0x20, 0xc0]],
      [at(50, 80), [0x80, 0x80, 0x80]],
    ] as const
    for (const [found, drawn] of quarters) {
      for (const [channel, value] of p3ToSrgb(drawn).entries())
        expect(Math.abs((found[channel] ?? 0) - value)).toBeLessThanOrEqual(3)
    }
  })

  it('is read from memory as well, and one after the other', async () => {
    const bytes = await readFile(fixture)
    for (let round = 0; round < 3; round++) {
      const { outputs: made } = await rendering.render({ source: { bytes }, outputs }, options)
      expect(made[0]?.width).toBe(64)
    }
  })

  it('is undecodable when cut off', async () => {
    const bytes = await readFile(fixture)
    for (const length of [900, 1200, bytes.length - 1]) {
      const error = await rendering
        .render({ source: { bytes: bytes.subarray(0, length) }, outputs }, options)
        .catch((caught: unknown) => caught)
      expect(isFailure(error, 'undecodable')).toBe(true)
    }
  })

  it('is refused where it is switched off', async () => {
    const error = await refusing.probe(fixture).catch((caught: unknown) => caught)
    expect(isFailure(error, 'unsupported_media_type')).toBe(true)
  })
})
