import { parseRecipe } from '@rendition/contract/recipe'
import { describe, expect, it } from 'vitest'
import { withProperties } from './decoding/isobmff.ts'
import { attach } from './metadata/attach.ts'
import { noBlocks } from './metadata/blocks.ts'
import { join } from './metadata/values.ts'
import { probe } from './probe.ts'
import { render } from './render.ts'
import { openSource } from './source.ts'
import { chunk, exifOf, withChunks, words } from './testing/png-chunks.ts'
import { decoded } from './testing/rendering.ts'
import { animation, drawing, limits, open } from './testing/sources.ts'
import { tiffOf } from './testing/tiff.ts'

/*
 * What the header says is what the decoder makes: the size that is recorded, that recipes are planned with and that
 * quotas and limits count. A corpus of everything that changes a size, in every place it can stand.
 */

type Corpus = [string, () => Promise<Uint8Array> | Uint8Array][]

const sides = [
  [1, 1],
  [2, 3],
  [37, 24],
  [24, 37],
  [63, 1],
] as const
const orientations = [1, 2, 3, 4, 5, 6, 7, 8]
const still = (width = 37, height = 24) => open(drawing(width, height, 3))

const plain: Corpus = (['jpeg', 'png', 'webp', 'gif', 'tiff', 'avif'] as const).flatMap((format) =>
  sides.map(([width, height]): Corpus[number] => [
    `${format} of ${width} × ${height}`,
    () =>
      still(width, height)
        .toFormat(format, format === 'avif' ? { effort: 0 } : {})
        .toBuffer(),
  ]),
)

/** EXIF as a JPEG segment. */
const segment = (orientation: number): Uint8Array => {
  const exif = exifOf(orientation)
  return join([Uint8Array.from([0xff, 0xe1, 0, exif.length + 8]), Buffer.from('Exif\0\0', 'latin1'), exif])
}

function jpegWith(jpeg: Buffer, segments: readonly Uint8Array[], marker: number): Uint8Array {
  const at = jpeg.indexOf(Buffer.from([0xff, marker]))
  return join([jpeg.subarray(0, at), ...segments, jpeg.subarray(at)])
}

const turned: Corpus = orientations.flatMap((orientation): Corpus => {
  const next = (orientation % 8) + 1
  const exif = { ...noBlocks, exif: exifOf(orientation) }
  const to = `orientation ${orientation}`
  return [
    [
      `JPEG, ${to} before the frame`,
      async () => jpegWith(await still().jpeg().toBuffer(), [segment(orientation)], 0xdb),
    ],
    [
      `JPEG, ${to} behind the frame`,
      async () => jpegWith(await still().jpeg().toBuffer(), [segment(orientation)], 0xda),
    ],
    [
      `JPEG, ${to} and another`,
      async () => jpegWith(await still().jpeg().toBuffer(), [segment(orientation), segment(next)], 0xdb),
    ],
    [
      `PNG, ${to}`,
      async () => withChunks(await still().png().toBuffer(), [chunk('eXIf', exifOf(orientation))]),
    ],
    [
      `PNG, ${to} behind the pixels`,
      async () => withChunks(await still().png().toBuffer(), [], [chunk('eXIf', exifOf(orientation))]),
    ],
    [
      `PNG, ${to} and another`,
      async () =>
        withChunks(await still().png().toBuffer(), [
          chunk('eXIf', exifOf(orientation)),
          chunk('eXIf', exifOf(next)),
        ]),
    ],
    [`WebP, ${to}`, async () => attach(await still().webp().toBuffer(), 'webp', exif)],
    [`animated WebP, ${to}`, async () => attach(await animation(37, 24, 3, 'webp'), 'webp', exif)],
    [`AVIF, EXIF of ${to}`, async () => attach(await still().avif({ effort: 0 }).toBuffer(), 'avif', exif)],
    [
      `TIFF, ${to}`,
      () =>
        tiffOf({
          width: 3,
          height: 2,
          bits: [8],
          photometry: 1,
          data: new Uint8Array(6),
          more: [[274, [orientation]]],
        }),
    ],
    [
      `BigTIFF, ${to}`,
      () =>
        tiffOf({
          width: 3,
          height: 2,
          bits: [8],
          photometry: 1,
          data: new Uint8Array(6),
          big: true,
          more: [[274, [orientation]]],
        }),
    ],
    [
      `TIFF that is decoded here, ${to}`,
      () =>
        tiffOf({
          width: 4,
          height: 2,
          bits: [12],
          photometry: 1,
          data: new Uint8Array(12),
          more: [[274, [orientation]]],
        }),
    ],
  ]
})

/** Apertures: width, height, and offsets from the centre, each a fraction. */
const apertures = [
  [10, 1, 6, 1, 0, 1, 0, 1],
  [11, 1, 7, 1, 0, 1, 0, 1],
  [10, 1, 6, 1, -27, 2, -9, 1],
  [11, 1, 7, 1, 13, 1, 17, 2],
  [25, 2, 13, 2, 1, 2, -1, 2],
  [37, 1, 24, 1, 5, 1, -3, 1],
]
const properties: Corpus = apertures.flatMap((aperture, index) =>
  [[], ['irot', 1], ['irot', 3], ['imir', 0], ['imir', 1]].flatMap(([type, value]): Corpus => {
    const clap = { type: 'clap', content: words(...aperture), essential: true }
    const other =
      type === undefined
        ? []
        : [{ type: `${type}`, content: Uint8Array.from([Number(value)]), essential: true }]
    const avif = async (list: Parameters<typeof withProperties>[1]) =>
      withProperties(await still().avif({ effort: 0 }).toBuffer(), list)
    return [
      [`AVIF, aperture ${index}, then ${type ?? 'nothing'} ${value ?? ''}`, () => avif([clap, ...other])],
      [`AVIF, ${type ?? 'nothing'} ${value ?? ''}, then aperture ${index}`, () => avif([...other, clap])],
    ]
  }),
)

/** A GIF of frames with a place, on a screen. */
function gif(screen: [number, number], ...frames: [number, number, number, number][]): Uint8Array {
  const word = (value: number) => [value & 255, value >> 8]
  const head = [...Buffer.from('GIF89a'), ...screen.flatMap(word), 0x80, 0, 0, 255, 0, 0, 0, 255, 0]
  // One pixel of colour 0, and the end: what is missing stays clear
  const body = frames.flatMap((frame) => [0x2c, ...frame.flatMap(word), 0, 2, 2, 0x44, 1, 0])
  return Uint8Array.from([...head, ...body, 0x3b])
}
const gifs: Corpus = [
  ['frames inside', () => gif([20, 10], [0, 0, 20, 10], [5, 5, 5, 5])],
  ['a first frame that reaches beyond', () => gif([20, 10], [5, 5, 20, 10])],
  ['a later frame that reaches beyond', () => gif([20, 10], [0, 0, 20, 10], [15, 5, 20, 10])],
  ['no screen', () => gif([0, 0], [0, 0, 12, 7])],
  ['a screen of 640 × 480, which libvips takes for none', () => gif([640, 480], [10, 10, 12, 7])],
  ['a screen larger than 2,048', () => gif([2_100, 10], [0, 0, 12, 7])],
]

describe.each([
  ['sizes', plain],
  ['orientations', turned],
  ['item properties', properties],
  ['screens of GIF', gifs],
] as [string, Corpus][])('header and decoder agree: %s', (_name, corpus) => {
  it.each(corpus)('%s', async (_case, make) => {
    const bytes = await make()
    const { width, height, frames, hasAlpha, orientation } = await probe(bytes, limits)
    const origin = await openSource({ bytes }, limits)
    const outputs = [{ name: 'png', recipe: parseRecipe({ output: { format: 'png' } }) }]
    const made = await render({ source: { bytes }, outputs, limits })
    const shown = await decoded(made.outputs[0]?.data ?? new Uint8Array(0))
    expect({ width: shown.width, height: shown.height }).toEqual({ width, height })
    expect([origin.width, origin.height, origin.frames]).toEqual([width, height, frames])
    // What a job would correct, were it otherwise
    expect(made.source).toEqual({ width, height, orientation: made.source?.orientation && orientation })
    if (origin.alpha) expect(hasAlpha).toBe(true)
  })
})
