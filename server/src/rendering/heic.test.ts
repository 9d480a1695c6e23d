import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { isFailure } from '@rendition/contract'
import { parseRecipe } from '@rendition/contract/recipe'
import sharp, { type Metadata } from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { renderingConfigSchema } from './config.ts'
import { createRendering } from './index.ts'
import { limits } from './testing/limits.ts'

/** 64 × 96 upright, stored on its side (`irot`), in Display P3: red, green, blue and grey quarters. */
const fixture = fileURLToPath(new URL('./testing/quarters.heic', import.meta.url))
/** 64 × 48, by heif-enc, with EXIF (maker, rights, camera, place) and XMP (another maker and rights, place). */
const rights = fileURLToPath(new URL('./testing/rights.heic', import.meta.url))
const imageId = '01900000-0000-7000-8000-000000000001'
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

  it('is laid over other pictures like any other', async () => {
    const asset = await readFile(fixture)
    const recipe = parseRecipe({
      steps: [{ op: 'watermark', imageId, opacity: 1, position: 'centre', size: 1 }],
      output: { format: 'png' },
    })
    const black = { create: { width: 300, height: 300, channels: 3, background: 'black' } } as const
    const [bytes, jpeg] = [await sharp(black).png().toBuffer(), await sharp(black).jpeg().toBuffer()]
    const over = (
      by: typeof rendering,
      source: { bytes: Uint8Array },
      mark: { bytes: Uint8Array } | { file: string },
    ) => by.render({ source, outputs: [{ name: 'over', recipe }], assets: { [imageId]: mark } }, options)
    const { outputs: made } = await over(rendering, { bytes }, { file: fixture })
    const { data, info } = await sharp(made[0]?.data)
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    // 200 × 300 in the middle, its green quarter at the top right: upright, and in sRGB.
    const at = (x: number, y: number) => [
      ...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3),
    ]
    expect(at(20, 150)).toEqual([0, 0, 0])
    for (const [channel, value] of p3ToSrgb([0x20, 0xc0, 0x20]).entries())
      expect(Math.abs((at(200, 75)[channel] ?? 0) - value)).toBeLessThanOrEqual(3)
    // Both at once, and next to one of another kind.
    expect((await over(rendering, { bytes: asset }, { bytes: jpeg })).outputs).toHaveLength(1)
    expect((await over(rendering, { bytes: asset }, { bytes: asset })).outputs).toHaveLength(1)
    await expect(over(refusing, { bytes }, { bytes: asset })).rejects.toMatchObject({
      code: 'unsupported_media_type',
    })
    const cut = asset.subarray(0, 1200)
    await expect(over(rendering, { bytes }, { bytes: cut })).rejects.toMatchObject({
      code: 'undecodable',
    })
  })

  it('is refused where it is switched off', async () => {
    const error = await refusing.probe(fixture).catch((caught: unknown) => caught)
    expect(isFailure(error, 'unsupported_media_type')).toBe(true)
  })
})

describe('what a HEIC says of its maker', () => {
  const metadataOf = async (bytes: Uint8Array, output: object) => {
    const recipe = parseRecipe({ steps: [{ op: 'resize', width: 32 }], output })
    const { outputs: made } = await rendering.render(
      { source: { bytes }, outputs: [{ name: 'one', recipe }] },
      options,
    )
    return sharp(made[0]?.data).metadata()
  }
  const texts = ({ exif }: Metadata) =>
    ['A. Photographer', '(C) Someone', 'An Agency', 'All rights', 'Camera'].filter((text) =>
      exif?.includes(text),
    )

  it.each(['jpeg', 'png', 'webp'])('is kept in %s, and where it was taken is not', async (format) => {
    const made = await metadataOf(await readFile(rights), { format })
    expect(texts(made).slice(0, 2)).toEqual(['A. Photographer', '(C) Someone'])
    expect([made.exif?.includes('8825', 0, 'hex'), made.exif?.includes('2588', 0, 'hex')]).toEqual([
      false,
      false,
    ])
    expect([made.xmp, made.iptc]).toEqual([undefined, undefined])
    const bare = await metadataOf(await readFile(rights), { format, metadata: 'strip' })
    expect([bare.exif, bare.xmp]).toEqual([undefined, undefined])
  })

  it('is read from XMP where there is no EXIF', async () => {
    const bytes = await readFile(rights)
    bytes.write('Exix', bytes.indexOf('Exif'), 'latin1')
    const made = await metadataOf(bytes, { format: 'jpeg' })
    expect(texts(made)).toEqual(['An Agency', 'All rights'])
    expect(made.xmp).toBeUndefined()
  })

  it.each([
    [{ format: 'jpeg', metadata: 'keep' }],
    [{ format: 'png', metadata: 'keep' }],
    [{ format: 'webp', metadata: 'keep' }],
  ])('stays with the XMP under %o', async (output) => {
    const made = await metadataOf(await readFile(rights), output)
    expect(texts(made).slice(0, 2)).toEqual(['A. Photographer', '(C) Someone'])
    expect(made.xmpAsString).toContain('GPSLatitude')
  })

  it('costs nothing but itself when it is damaged', async () => {
    const good = await readFile(rights)
    const exifAt = good.indexOf('MM\0*') === -1 ? good.indexOf('II*\0') : good.indexOf('MM\0*')
    expect(exifAt).toBeGreaterThan(0)
    const lost = Buffer.from(good)
    // The four bytes before say where in the block the TIFF structure begins.
    const start = lost.lastIndexOf('Exif\0\0', exifAt, 'latin1')
    lost.writeUInt32BE(0xfffffff0, (start === exifAt - 6 ? start : exifAt) - 4)
    expect(texts(await metadataOf(lost, { format: 'jpeg' }))).toEqual(['An Agency', 'All rights'])
    const garbled = Buffer.from(good).fill(0xff, exifAt, exifAt + 60)
    expect(texts(await metadataOf(garbled, { format: 'jpeg' }))).toEqual(['An Agency', 'All rights'])
  })
})
