import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type OperationInput, operationNames } from '@rendition/contract/recipe'
import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import type { Canvas } from './pixels/canvas.ts'
import { distance } from './testing/compare.ts'
import { decoded, pixelsOf } from './testing/rendering.ts'
import { drawing, open } from './testing/sources.ts'

/** `UPDATE_GOLDEN=1` writes the pictures anew; look at each of them before they are committed. */
const update = process.env.UPDATE_GOLDEN === '1'
const folder = join(import.meta.dirname, 'testing', 'golden')
/** Where pictures that differ are written, with the one expected beside them. */
const output = join(import.meta.dirname, '..', '..', '..', 'test-output', 'golden')

/** Levels of 255. Encoders, and processors, round a little otherwise. */
const tolerance = 3
const imageId = '01890000-0000-7000-8000-000000000001'

const sources: Record<string, () => Promise<Buffer>> = {
  rgb: () =>
    open(drawing(96, 64, 3))
      .png()
      .toBuffer(),
  alpha: () =>
    open(drawing(96, 64, 4))
      .png()
      .toBuffer(),
  grey: () =>
    open(drawing(96, 64, 1))
      .toColourspace('b-w')
      .png()
      .toBuffer(),
  deep: () =>
    open(drawing(96, 64, 3))
      .toColourspace('rgb16')
      .png()
      .toBuffer(),
  cmyk: () =>
    open(drawing(96, 64, 3))
      .toColourspace('cmyk')
      .withIccProfile('cmyk')
      .tiff({ compression: 'lzw' })
      .toBuffer(),
  turned: () =>
    open(drawing(64, 96, 3))
      .withMetadata({ orientation: 6 })
      .tiff({ compression: 'lzw' })
      .toBuffer(),
}

const recipes: Record<string, OperationInput[]> = {
  'as-it-is': [],
  'resize-cover': [{ op: 'resize', width: 40, height: 40, gravity: 'east' }],
  'resize-contain': [{ op: 'resize', width: 50, height: 50, fit: 'contain', background: 'ff880080' }],
  'resize-inside': [{ op: 'resize', width: 48, height: 48, fit: 'inside' }],
  'resize-outside': [{ op: 'resize', width: 48, height: 48, fit: 'outside' }],
  'resize-fill': [{ op: 'resize', width: 30, height: 60, fit: 'fill' }],
  'resize-larger': [{ op: 'resize', width: 150 }],
  'resize-attention': [{ op: 'resize', width: 32, height: 48, gravity: 'attention' }],
  'redact-pixelate': [{ op: 'redact', x: 10, y: 8, width: 45, height: 33, amount: 7 }],
  'redact-blur': [{ op: 'redact', x: 10, y: 8, width: 45, height: 33, how: 'blur', amount: 6 }],
  'watermark-at-a-point': [
    { op: 'watermark', imageId, size: 0.3, opacity: 0.8, position: { x: 0.7, y: 0.3 } },
  ],
  crop: [{ op: 'crop', x: 10, y: 5, width: 50, height: 40 }],
  trim: [{ op: 'pad', top: 9, left: 4, right: 7, bottom: 2, background: 'navy' }, { op: 'trim' }],
  'rotate-90': [{ op: 'rotate', angle: 90 }],
  'rotate-odd': [{ op: 'rotate', angle: -25, background: 'teal' }],
  'rotate-odd-clear': [{ op: 'rotate', angle: 12.5 }],
  flip: [{ op: 'flip' }],
  mirror: [{ op: 'mirror' }],
  pad: [{ op: 'pad', top: 3, right: 6, bottom: 9, left: 12, background: 'crimson' }],
  radius: [{ op: 'radius', radius: 18 }],
  'radius-max': [{ op: 'radius', radius: 'max' }],
  blur: [{ op: 'blur', sigma: 2.5 }],
  sharpen: [{ op: 'sharpen', sigma: 2 }],
  grayscale: [{ op: 'grayscale' }],
  negate: [{ op: 'negate' }],
  modulate: [{ op: 'modulate', brightness: 1.2, saturation: 1.6, hue: 120 }],
  contrast: [{ op: 'contrast', amount: 1.6 }],
  gamma: [{ op: 'gamma', value: 1.8 }],
  tint: [{ op: 'tint', color: 'orange' }],
  background: [{ op: 'background', color: 'skyblue' }],
  'watermark-text': [
    { op: 'watermark', text: 'Ré & <o>', size: 0.8, opacity: 0.9, position: 'south', color: 'yellow' },
  ],
  'watermark-image': [{ op: 'watermark', imageId, size: 0.4, opacity: 0.8, position: 'northwest' }],
  'watermark-tile': [{ op: 'watermark', imageId, size: 0.2, opacity: 0.7, tile: true }],
  'many-steps': [
    { op: 'blur', sigma: 1 },
    { op: 'rotate', angle: 90 },
    { op: 'crop', x: 5, y: 20, width: 50, height: 60 },
    { op: 'modulate', saturation: 0.4 },
    { op: 'pad', top: 5, bottom: 5, background: 'ffffff80' },
    { op: 'resize', width: 60 },
    { op: 'sharpen', sigma: 1 },
    { op: 'radius', radius: 9 },
  ],
}

/** Each operation on the plain source; where the kind of source matters, on every one. */
const everywhere = [
  'redact-pixelate',
  'redact-blur',
  'as-it-is',
  'resize-cover',
  'rotate-odd-clear',
  'modulate',
  'pad',
  'watermark-text',
  'many-steps',
]
const rows = Object.keys(sources).flatMap((source) =>
  Object.keys(recipes)
    .filter((recipe) => source === 'rgb' || everywhere.includes(recipe))
    .map((recipe) => [source, recipe] as const),
)

const made: Record<string, Buffer> = {}
let mark: Buffer
beforeAll(async () => {
  for (const [name, make] of Object.entries(sources)) made[name] = await make()
  mark = await open(drawing(48, 32, 4))
    .png()
    .toBuffer()
  if (update) await mkdir(folder, { recursive: true })
})

async function keep(place: string, { data, width, height, channels }: Canvas): Promise<void> {
  await writeFile(
    place,
    await sharp(data, { raw: { width, height, channels } }).png({ compressionLevel: 9 }).toBuffer(),
  )
}

test.each(rows)('%s: %s looks as it did', async (source, recipe) => {
  const bytes = made[source]
  if (!bytes) throw new Error(`There is no source ${source}.`)
  const focalPoint = { x: 0.7, y: 0.7 }
  const actual = await pixelsOf(bytes, recipes[recipe] ?? [], { assets: { [imageId]: mark }, focalPoint })
  const name = `${source}-${recipe}.png`
  if (update) return keep(join(folder, name), actual)
  const expected = await decoded(await readFile(join(folder, name)))
  const off = distance(actual, expected)
  if (off > tolerance) {
    await mkdir(output, { recursive: true })
    await keep(join(output, name), actual)
    await keep(join(output, name.replace('.png', '-expected.png')), expected)
  }
  expect(off, `the picture is in test-output/golden/${name}`).toBeLessThanOrEqual(tolerance)
})

test('every operation has a row', () => {
  const shown = new Set(Object.values(recipes).flatMap((steps) => steps.map(({ op }) => op)))
  expect(operationNames.filter((name) => !shown.has(name))).toEqual([])
})

test.each(Object.keys(recipes))(
  'grey: %s is the same for a picture in one channel and in three',
  async (name) => {
    const grey = made.grey ?? Buffer.alloc(0)
    const { data, info } = await sharp(grey).toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
    const { width, height } = info
    // A hair off grey, so that it is taken for a picture with colours.
    const coloured = Uint8Array.from({ length: width * height * 3 }, (_, at) => data[at] ?? 0)
    coloured[0] = (data[0] ?? 0) + 1
    const three = await open({ width, height, channels: 3, data: coloured }).png().toBuffer()
    const more = { assets: { [imageId]: mark }, focalPoint: { x: 0.7, y: 0.7 } }
    const [one, other] = [
      await pixelsOf(grey, recipes[name] ?? [], more),
      await pixelsOf(three, recipes[name] ?? [], more),
    ]
    expect(distance(one, other)).toBeLessThanOrEqual(tolerance)
  },
)
