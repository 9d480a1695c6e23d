import sharp from 'sharp'
import { expect, test } from 'vitest'
import { decoded, pixelAt, renderOne } from './testing/rendering.ts'
import { drawing, open } from './testing/sources.ts'

const patches = [
  [255, 0, 0],
  [0, 200, 0],
  [30, 60, 220],
  [128, 128, 128],
  [240, 220, 40],
  [255, 255, 255],
  [0, 0, 0],
  [190, 120, 90],
] as const

/** Squares of 16 pixels in a row. */
function chart() {
  const data = new Uint8Array(patches.length * 16 * 16 * 3)
  for (let y = 0; y < 16; y++)
    for (let x = 0; x < patches.length * 16; x++)
      data.set(patches[Math.floor(x / 16)] ?? [], (y * patches.length * 16 + x) * 3)
  return sharp(data, { raw: { width: patches.length * 16, height: 16, channels: 3 } })
}

async function colours(bytes: Uint8Array): Promise<number[][]> {
  const canvas = await decoded(bytes)
  return patches.map((_, index) => pixelAt(canvas, index * 16 + 8, 8).slice(0, 3))
}

function expectNear(found: number[][], wanted: readonly (readonly number[])[], tolerance: number) {
  for (const [index, colour] of found.entries())
    for (const [channel, value] of colour.entries())
      expect(
        Math.abs(value - (wanted[index]?.[channel] ?? Number.NaN)),
        `${colour} for ${wanted[index]}`,
      ).toBeLessThanOrEqual(tolerance)
}

const linear = (v: number) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
const curved = (v: number) => (v <= 0.0031308 ? v * 12.92 : 1.055 * v ** (1 / 2.4) - 0.055)
/** sRGB to Display P3, linear light; both have the white of D65 (W3C, CSS Color 4, sample code). */
const toP3 = [
  [0.8224621, 0.177538, 0],
  [0.0331941, 0.9668058, 0],
  [0.0170827, 0.0723974, 0.9105199],
]

function displayP3(colour: readonly number[]): number[] {
  const light = colour.map((value) => linear(value / 255))
  return toP3.map((row) =>
    Math.round(255 * curved(row.reduce((sum, factor, index) => sum + factor * (light[index] ?? 0), 0))),
  )
}

test.each([
  [
    '8-bit JPEG',
    () => chart().withIccProfile('p3').jpeg({ quality: 100, chromaSubsampling: '4:4:4' }).toBuffer(),
  ],
  ['8-bit PNG', () => chart().withIccProfile('p3').png().toBuffer()],
  ['16-bit PNG', () => chart().toColourspace('rgb16').withIccProfile('p3').png().toBuffer()],
])('Display P3 becomes sRGB, and nothing of it is left in the file: %s', async (name, make) => {
  const bytes = await make()
  // By calculation: the source really holds other numbers than sRGB would
  expectNear(await colours(bytes), patches.map(displayP3), 3)
  for (const query of [
    'format=webp&lossless=1',
    'w=127&format=png',
    'format=png&negate=1',
    'metadata=keep&gamma=1.001&format=png',
  ]) {
    const made = await renderOne(bytes, query)
    const wanted = query.includes('negate')
      ? patches.map((colour) => colour.map((value) => 255 - value))
      : patches
    expectNear(await colours(made.data), wanted, name.includes('JPEG') ? 8 : 5)
    expect((await sharp(made.data).metadata()).hasProfile).toBe(query.includes('keep'))
  }
})

test('untagged 16 bits are taken for sRGB', async () => {
  const bytes = await chart().toColourspace('rgb16').png().toBuffer()
  expect((await sharp(bytes).metadata()).depth).toBe('ushort')
  for (const query of ['format=png', 'w=128&format=png', 'blur=0.3&format=png'])
    expectNear(await colours((await renderOne(bytes, query)).data), patches, 1)
})

/** What a CMYK press can show; saturated blue and green lie outside and are mapped. */
const printable = [0, 3, 4, 5, 6, 7]

test('CMYK comes back to the sRGB it was made of, as far as inks reach', async () => {
  const bytes = await chart().toColourspace('cmyk').withIccProfile('cmyk').jpeg({ quality: 100 }).toBuffer()
  expect((await sharp(bytes).metadata()).space).toBe('cmyk')
  for (const query of ['format=png', 'w=128', 'flip=1&format=png']) {
    const made = await renderOne(bytes, query)
    expect((await sharp(made.data).metadata()).space).toBe('srgb')
    const found = await colours(made.data)
    expectNear(
      printable.map((index) => found[index] ?? []),
      printable.map((index) => patches[index] ?? []),
      40,
    )
    // Paper white and black ink, the two that anyone would see
    expectNear([found[5] ?? []], [patches[5]], 4)
  }
})

test('grey stays grey, in one channel', async () => {
  const grey = await open(drawing(60, 40, 1))
    .toColourspace('b-w')
    .jpeg({ quality: 95 })
    .toBuffer()
  expect((await sharp((await renderOne(grey, 'w=30')).data).metadata()).channels).toBe(1)
  expect(
    (await sharp((await renderOne(grey, 'rotate=90&blur=1&contrast=1.2')).data).metadata()).channels,
  ).toBe(1)
  expect((await sharp((await renderOne(grey, 'pad=5&background=red')).data).metadata()).channels).toBe(3)
  expect((await sharp((await renderOne(grey, 'tint=red')).data).metadata()).channels).toBe(3)
  const colour = await open(drawing(60, 40, 3))
    .jpeg()
    .toBuffer()
  expect((await sharp((await renderOne(colour, 'w=30&grayscale=1')).data).metadata()).channels).toBe(1)
})

test('a picture left as it is may keep its profile: to whoever reads it the colours are the same', async () => {
  const large = chart().resize(1600, 200, { kernel: 'nearest' }).extend({ bottom: 40, extendWith: 'mirror' })
  const bytes = await large.withIccProfile('p3').webp({ quality: 5, effort: 6 }).toBuffer()
  const made = await renderOne(bytes, '')
  expect((await sharp(made.data).metadata()).hasProfile).toBe(true)
  expect(made.data.length).toBeLessThanOrEqual(bytes.length)
  const [source, kept] = await Promise.all([bytes, made.data].map((data) => sharp(data).png().toBuffer()))
  expect(kept && source?.equals(kept)).toBe(true)
})
