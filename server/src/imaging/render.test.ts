import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isFailure } from '@rendition/contract'
import { type OperationInput, parseRecipe } from '@rendition/contract/recipe'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { render } from './render.ts'
import { distance } from './testing/compare.ts'
import { decoded, pixelAt, pixelsOf, renderOne } from './testing/rendering.ts'
import { drawing, limits, open, photograph } from './testing/sources.ts'
import type { Face } from './types.ts'

const picture = () =>
  open(drawing(120, 80, 3))
    .png()
    .toBuffer()
const clear = () =>
  open(drawing(120, 80, 4))
    .png()
    .toBuffer()

async function codeOf(call: () => Promise<unknown>): Promise<string> {
  try {
    await call()
    return 'rendered'
  } catch (error) {
    if (isFailure(error)) return error.code
    throw error
  }
}

test.each([
  [{ op: 'resize', width: 60 }, 60, 40],
  [{ op: 'resize', height: 160 }, 240, 160],
  [{ op: 'resize', height: 160, enlarge: false }, 120, 80],
  [{ op: 'resize', width: 50, height: 50 }, 50, 50],
  [{ op: 'resize', width: 50, height: 50, fit: 'inside' }, 50, 33],
  [{ op: 'resize', width: 50, height: 50, fit: 'outside' }, 75, 50],
  [{ op: 'resize', width: 50, height: 50, fit: 'fill' }, 50, 50],
  [{ op: 'resize', width: 50, height: 50, fit: 'contain' }, 50, 50],
  [{ op: 'resize', width: 200, height: 200, enlarge: false }, 120, 80],
  [{ op: 'resize', width: 200, height: 40, enlarge: false }, 120, 40],
  [{ op: 'resize', width: 200, height: 200, fit: 'contain', enlarge: false }, 200, 200],
  [{ op: 'resize', width: 7, height: 7, gravity: 'entropy' }, 7, 7],
  [{ op: 'crop', x: 20, y: 10, width: 100, height: 70 }, 100, 70],
  [{ op: 'rotate', angle: 90 }, 80, 120],
  [{ op: 'rotate', angle: 45 }, 141, 141],
  [{ op: 'pad', top: 1, right: 2, bottom: 3, left: 4 }, 126, 84],
] as const)('%j makes %i × %i', async (step, width, height) => {
  const made = await renderOne(await picture(), { steps: [step], output: { format: 'png' } })
  expect([made.width, made.height]).toEqual([width, height])
  const stored = await sharp(made.data).metadata()
  expect([stored.width, stored.height]).toEqual([width, height])
})

test('gravity says which part stays', async () => {
  const data = new Uint8Array(90 * 30 * 3)
  for (let at = 0; at < data.length; at += 3) data[at + Math.floor(((at / 3) % 90) / 30)] = 255
  const bands = await sharp(data, { raw: { width: 90, height: 30, channels: 3 } })
    .png()
    .toBuffer()
  const colourAt = async (gravity: string, focalPoint: { x: number; y: number } | null = null) =>
    pixelAt(
      await pixelsOf(bands, [{ op: 'resize', width: 30, height: 30, gravity: gravity as 'west' }], {
        focalPoint,
      }),
      15,
      15,
    )
  expect(await colourAt('west')).toEqual([255, 0, 0])
  expect(await colourAt('centre')).toEqual([0, 255, 0])
  expect(await colourAt('southeast')).toEqual([0, 0, 255])
  expect(await colourAt('focal', { x: 0.9, y: 0 })).toEqual([0, 0, 255])
  expect(await colourAt('focal', { x: 0.1, y: 1 })).toEqual([255, 0, 0])
  expect(await colourAt('focal')).toEqual([0, 255, 0])
})

test('gravity face and faces look at faces, and without any at the focal point', async () => {
  const data = new Uint8Array(90 * 30 * 3)
  for (let at = 0; at < data.length; at += 3) data[at + Math.floor(((at / 3) % 90) / 30)] = 255
  const bands = await sharp(data, { raw: { width: 90, height: 30, channels: 3 } })
    .png()
    .toBuffer()
  const small = { x: 0.85, y: 0.2, width: 0.1, height: 0.3 }
  const large = { x: 0.02, y: 0.1, width: 0.2, height: 0.6 }
  const colourAt = async (gravity: 'face' | 'faces', faces: Face[], before: OperationInput[] = []) =>
    pixelAt(
      await pixelsOf(bands, [...before, { op: 'resize', width: 30, height: 30, gravity }], {
        faces,
        focalPoint: { x: 0.9, y: 0.5 },
      }),
      15,
      15,
    )
  expect(await colourAt('face', [small, large])).toEqual([255, 0, 0])
  expect(await colourAt('faces', [small, large])).toEqual([0, 255, 0])
  expect(await colourAt('faces', [small])).toEqual([0, 0, 255])
  expect(await colourAt('face', [])).toEqual([0, 0, 255])
  expect(await colourAt('face', [large], [{ op: 'mirror' }])).toEqual([255, 0, 0])
})

test('the focal point goes where the picture goes', async () => {
  const data = new Uint8Array(120 * 60 * 3)
  data.set([255, 255, 255], (12 * 120 + 100) * 3)
  for (let y = 8; y < 17; y++) for (let x = 96; x < 105; x++) data.set([255, 255, 255], (y * 120 + x) * 3)
  const spot = await sharp(data, { raw: { width: 120, height: 60, channels: 3 } })
    .png()
    .toBuffer()
  const focalPoint = { x: 100.5 / 120, y: 12.5 / 60 }
  const cut = { op: 'resize', width: 20, height: 20, gravity: 'focal' } as const
  for (const before of [
    [],
    [{ op: 'mirror' }],
    [{ op: 'flip' }],
    [{ op: 'rotate', angle: 90 }],
    [{ op: 'rotate', angle: 270 }, { op: 'flip' }],
    [{ op: 'crop', x: 40, y: 0, width: 80, height: 40 }],
    [{ op: 'pad', left: 60, bottom: 40 }],
    [{ op: 'rotate', angle: 30 }],
    [{ op: 'pad', left: 30, top: 10, background: 'red' }, { op: 'trim' }],
    [{ op: 'resize', width: 60 }],
  ] as const) {
    const canvas = await pixelsOf(spot, [...before, cut], { focalPoint })
    expect(canvas.width).toBe(20)
    const lit = canvas.data.filter((value, index) => index % canvas.channels === 0 && value > 100).length
    expect(lit, JSON.stringify(before)).toBeGreaterThan(0)
  }
})

test('operations happen in the order said', async () => {
  const source = await picture()
  const one = await pixelsOf(source, [
    { op: 'blur', sigma: 5 },
    { op: 'crop', x: 10, y: 6, width: 20, height: 20 },
  ])
  const other = await pixelsOf(source, [
    { op: 'crop', x: 10, y: 6, width: 20, height: 20 },
    { op: 'blur', sigma: 5 },
  ])
  expect(distance(one, other)).toBeGreaterThan(10)
  const padded = await pixelsOf(source, [{ op: 'negate' }, { op: 'pad', top: 5, background: 'white' }])
  expect(pixelAt(padded, 3, 2)).toEqual([255, 255, 255])
  const negated = await pixelsOf(source, [{ op: 'pad', top: 5, background: 'white' }, { op: 'negate' }])
  expect(pixelAt(negated, 3, 2)).toEqual([0, 0, 0])
})

test('a crop outside the picture is refused with its path', async () => {
  const steps: OperationInput[] = [
    { op: 'rotate', angle: 90 },
    { op: 'crop', x: 0, y: 0, width: 81, height: 10 },
  ]
  const refused = renderOne(await picture(), { steps })
  await expect(refused).rejects.toMatchObject({ code: 'invalid_recipe', errors: [{ path: 'steps.1' }] })
})

test('sizes of operations and outputs are bounded before anything is made', async () => {
  const source = await picture()
  const of = (steps: object[], more = {}) => codeOf(() => renderOne(source, { steps: steps as never }, more))
  expect(await of([{ op: 'resize', width: 8193 }])).toBe('output_too_large')
  expect(await of([{ op: 'resize', width: 8192, height: 8192, fit: 'fill' }])).toBe('output_too_large')
  expect(
    await of([
      { op: 'resize', width: 32_767 },
      { op: 'resize', width: 10 },
    ]),
  ).toBe('output_too_large')
  expect(
    await of([
      { op: 'pad', left: 32_767 },
      { op: 'crop', x: 0, y: 0, width: 9, height: 9 },
    ]),
  ).toBe('output_too_large')
  // Large in between is fine, as long as it is no larger than what may come in
  expect(
    await of([
      { op: 'resize', width: 9000, height: 40, fit: 'fill' },
      { op: 'resize', width: 100 },
    ]),
  ).toBe('rendered')
  expect(await of([{ op: 'grayscale' }], { limits: { ...limits, outputPixels: 9599 } })).toBe(
    'output_too_large',
  )
})

test('transparency: kept where the format has it, laid on white where not', async () => {
  const source = await clear()
  const at = async (query: string) => pixelAt(await decoded((await renderOne(source, query)).data), 110, 5)
  expect((await at('format=png'))[3]).toBe(0)
  expect((await at('format=webp&lossless=1'))[3]).toBe(0)
  expect(await at('format=jpeg&quality=100')).toEqual([255, 255, 255])
  expect(await at('background=0000ff&format=png')).toEqual([0, 0, 255])
  expect(await at('background=0000ff80&format=png')).toEqual([0, 0, 255, 128])
  expect(await at('negate=1&format=jpeg&quality=100')).toEqual([255, 255, 255])
})

test('corners are round, transparent and smooth', async () => {
  const canvas = await pixelsOf(await picture(), [{ op: 'radius', radius: 20 }])
  expect(pixelAt(canvas, 0, 0)[3]).toBe(0)
  expect(pixelAt(canvas, 119, 79)[3]).toBe(0)
  expect(pixelAt(canvas, 20, 0)[3]).toBe(255)
  expect(pixelAt(canvas, 60, 40)[3]).toBe(255)
  const edge = Array.from({ length: 20 }, (_, x) => pixelAt(canvas, x, 5)[3] ?? 0)
  expect(edge.some((alpha) => alpha > 20 && alpha < 235)).toBe(true)
  const circle = await pixelsOf(await picture(), [
    { op: 'crop', x: 0, y: 0, width: 80, height: 80 },
    { op: 'radius', radius: 'max' },
  ])
  const solid = circle.data.filter((value, index) => index % 4 === 3 && value > 127).length
  expect(Math.abs(solid - Math.PI * 40 * 40)).toBeLessThan(40)
})

test('an odd angle leaves no dark seam on a transparent ground', async () => {
  const white = await sharp({ create: { width: 60, height: 60, channels: 3, background: 'white' } })
    .png()
    .toBuffer()
  const { data } = await pixelsOf(white, [{ op: 'rotate', angle: 30 }])
  for (let at = 0; at < data.length; at += 4)
    if ((data[at + 3] ?? 0) > 30) expect(data[at]).toBeGreaterThan(240)
})

test('gamma, contrast, negate and tint do what they say', async () => {
  const grey = await sharp({
    create: { width: 9, height: 9, channels: 3, background: { r: 64, g: 128, b: 192 } },
  })
    .png()
    .toBuffer()
  const at = async (step: object) => pixelAt(await pixelsOf(grey, [step as never]), 4, 4)
  expect(await at({ op: 'negate' })).toEqual([191, 127, 63])
  expect(await at({ op: 'gamma', value: 2 })).toEqual([128, 181, 221])
  expect(await at({ op: 'gamma', value: 0.5 })).toEqual([16, 64, 145])
  expect(await at({ op: 'contrast', amount: 0 })).toEqual([127, 127, 127].map((v) => expect.closeTo(v, -1)))
  expect(await at({ op: 'contrast', amount: 1.5 })).toEqual([32, 128, 224].map((v) => expect.closeTo(v, -1)))
  const [red = 0, green = 0, blue = 0] = await at({ op: 'tint', color: 'red' })
  expect(red).toBeGreaterThan(green + 40)
  expect(Math.abs(green - blue)).toBeLessThan(60)
})

test('formats keep their kind: what a source becomes when none is asked for', async () => {
  const of = async (bytes: Uint8Array) => (await renderOne(bytes, 'w=20')).format
  expect(
    await of(
      await open(drawing(40, 30, 3))
        .jpeg()
        .toBuffer(),
    ),
  ).toBe('jpeg')
  expect(
    await of(
      await open(drawing(40, 30, 3))
        .png()
        .toBuffer(),
    ),
  ).toBe('png')
  expect(
    await of(
      await open(drawing(40, 30, 3))
        .webp()
        .toBuffer(),
    ),
  ).toBe('webp')
  expect(
    await of(
      await open(drawing(40, 30, 3))
        .gif()
        .toBuffer(),
    ),
  ).toBe('gif')
  expect(
    await of(
      await open(drawing(40, 30, 3))
        .tiff()
        .toBuffer(),
    ),
  ).toBe('jpeg')
  expect(
    await of(
      await open(drawing(40, 30, 4))
        .tiff({ compression: 'lzw' })
        .toBuffer(),
    ),
  ).toBe('png')
  expect(
    await of(
      await open(drawing(40, 30, 3))
        .avif({ effort: 0 })
        .toBuffer(),
    ),
  ).toBe('webp')
})

test('quality and lossless', async () => {
  const source = await open(photograph(200, 150, 8))
    .png()
    .toBuffer()
  const size = async (query: string) => (await renderOne(source, query)).data.length
  for (const format of ['jpeg', 'webp', 'avif'])
    expect(await size(`format=${format}&quality=30`)).toBeLessThan(await size(`format=${format}&quality=90`))
  expect(await size('format=png&quality=50')).toBeLessThan((await size('format=png')) / 2)
  const truth = await decoded(source)
  for (const query of ['format=webp&lossless=1', 'format=png', 'format=tiff', 'format=avif&lossless=1'])
    expect(distance(await decoded((await renderOne(source, query)).data), truth)).toBeLessThanOrEqual(
      query.includes('avif') ? 2 : 0,
    )
  expect(
    await codeOf(async () =>
      renderOne(
        await open(drawing(9, 9, 3))
          .jpeg()
          .toBuffer(),
        'lossless=1',
      ),
    ),
  ).toBe('unsupported_output')
  const progressive = await sharp((await renderOne(source, 'format=jpeg&progressive=1')).data).metadata()
  expect(progressive.isProgressive).toBe(true)
})

test('damaged and foreign sources end in their code, and no text of a library gets out', async () => {
  const jpeg = await open(photograph(300, 200, 9))
    .jpeg()
    .toBuffer()
  const png = await open(photograph(300, 200, 9))
    .png()
    .toBuffer()
  const broken = Buffer.from(png)
  broken.fill(0x55, 200, 4000)
  for (const [bytes, code] of [
    [jpeg.subarray(0, jpeg.length / 2), 'undecodable'],
    [png.subarray(0, png.length / 2), 'undecodable'],
    [broken, 'undecodable'],
    [Buffer.from('hello'), 'unsupported_media_type'],
    [Buffer.alloc(0), 'unsupported_media_type'],
    [Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'), 'unsupported_media_type'],
  ] as const) {
    const error: unknown = await renderOne(bytes, 'w=50').catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code })
    expect(isFailure(error) && error.detail).not.toMatch(/vips|libpng|jpeg:|buffer|\//i)
  }
})

test('a local file and decoded pixels serve as well as bytes', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'imaging-'))
  try {
    const file = join(folder, 'picture')
    await writeFile(file, await picture())
    const recipe = parseRecipe({ steps: [{ op: 'resize', width: 60 }], output: { format: 'png' } })
    const outputs = [{ name: 'a', recipe }]
    const fromFile = await render({ source: { file }, outputs, limits })
    const { data, width, height, channels } = drawing(120, 80, 3)
    const fromRaw = await render({
      source: { raw: { data, width, height, channels: channels as 3 } },
      outputs,
      limits,
    })
    const fromBytes = await render({ source: { bytes: await picture() }, outputs, limits })
    const [a, b, c] = [fromFile, fromRaw, fromBytes].map(
      ({ outputs: [output] }) => output?.data ?? new Uint8Array(),
    )
    if (!a || !b || !c) throw new Error('There is no output.')
    expect(distance(await decoded(a), await decoded(c))).toBe(0)
    expect(distance(await decoded(b), await decoded(c))).toBe(0)
    const svg = join(folder, 'picture.svg')
    await writeFile(svg, '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>')
    expect(await codeOf(() => render({ source: { file: svg }, outputs, limits }))).toBe(
      'unsupported_media_type',
    )
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('an aborted render stops between passes with the reason', async () => {
  const reason = new Error('enough')
  const outputs = [{ name: 'a', recipe: parseRecipe({ steps: [{ op: 'resize', width: 60 }] }) }]
  await expect(
    render({ source: { bytes: await picture() }, outputs, limits }, AbortSignal.abort(reason)),
  ).rejects.toBe(reason)
})

test('what crosses a process boundary can be cloned', async () => {
  const { outputs } = await render({
    source: { bytes: await picture() },
    outputs: [{ name: 'a', recipe: parseRecipe({}) }],
    limits,
  })
  expect(structuredClone(outputs)[0]).toMatchObject({ name: 'a', format: 'png', width: 120 })
})

test('a picture one or two pixels thin is trimmed along its length, and one pixel stays', async () => {
  const strip = await sharp({ create: { width: 2, height: 20, channels: 3, background: '#ffffff' } })
    .composite([
      { input: { create: { width: 2, height: 6, channels: 3, background: '#200000' } }, top: 5, left: 0 },
    ])
    .png()
    .toBuffer()
  expect(await renderOne(strip, 'trim=1')).toMatchObject({ width: 2, height: 6 })
  expect(await renderOne(strip, 'trim=1&rotate=90')).toMatchObject({ width: 6, height: 2 })
  expect(await renderOne(strip, 'crop=0,6,1,1&trim=1')).toMatchObject({ width: 1, height: 1 })
})
