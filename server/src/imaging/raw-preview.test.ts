import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { cleanOriginal } from './cleaning/clean-original.ts'
import { memoryReader } from './header/reader.ts'
import { viewOf } from './metadata/values.ts'
import { probe } from './probe.ts'
import { decoded, pixelAt, renderOne } from './testing/rendering.ts'
import { limits } from './testing/sources.ts'

const [width, height] = [96, 64]

/** Entries of a directory: tag, and values of 32 bits, bytes, or a list of the directories inside. */
type Entries = [number, number[] | Uint8Array | Entries[]][]

/** A little-endian TIFF of directories one behind the other, each with directories inside; offsets of blobs by name. */
function rawFile(directories: (place: (bytes: Uint8Array) => number) => Entries[], mark = ''): Uint8Array {
  const parts: Uint8Array[] = [new Uint8Array(16)]
  let end = 16
  const place = (bytes: Uint8Array): number => {
    const at = end
    parts.push(bytes, new Uint8Array(bytes.length & 1))
    end += bytes.length + (bytes.length & 1)
    return at
  }
  const write = (entries: Entries, next: number): number => {
    const out = new Uint8Array(2 + entries.length * 12 + 4)
    const view = viewOf(out)
    view.setUint16(0, entries.length, true)
    for (const [index, [tag, values]] of [...entries].sort(([a], [b]) => a - b).entries()) {
      const at = 2 + index * 12
      const numbers =
        values instanceof Uint8Array
          ? null
          : values.map((one) => (typeof one === 'number' ? one : write(one, 0)))
      view.setUint16(at, tag, true)
      view.setUint16(at + 2, numbers ? 4 : 2, true)
      view.setUint32(at + 4, (numbers ?? (values as Uint8Array)).length, true)
      if (numbers?.length === 1) view.setUint32(at + 8, numbers[0] ?? 0, true)
      else {
        const bytes = numbers ? new Uint8Array(Uint32Array.from(numbers).buffer) : (values as Uint8Array)
        view.setUint32(at + 8, place(bytes), true)
      }
    }
    view.setUint32(2 + entries.length * 12, next, true)
    return place(out)
  }
  let next = 0
  for (const entries of directories(place).reverse()) next = write(entries, next)
  const head = parts[0] ?? new Uint8Array(0)
  head.set([0x49, 0x49, 42, 0])
  viewOf(head).setUint32(4, next, true)
  head.set(Buffer.from(mark), 8)
  return Buffer.concat(parts)
}

const red = (w: number, h: number) =>
  sharp({ create: { width: w, height: h, channels: 3, background: '#d02010' } })
    .jpeg({ quality: 95 })
    .toBuffer()
const whole = await red(width, height)
const small = await red(16, 12)
/** What a sensor saw: an array of colour filters. */
const sensor = (place: (bytes: Uint8Array) => number): Entries => [
  [256, [width + 4]],
  [257, [height + 2]],
  [259, [1]],
  [262, [32_803]],
  [273, [place(new Uint8Array(128))]],
  [279, [128]],
  [33_421, [2, 2]],
]
const named = (place: (bytes: Uint8Array) => number, jpeg: Uint8Array): Entries => [
  [259, [6]],
  [513, [place(jpeg)]],
  [514, [jpeg.length]],
]
const strip = (place: (bytes: Uint8Array) => number, jpeg: Uint8Array, w: number, h: number): Entries => [
  [256, [w]],
  [257, [h]],
  [259, [6]],
  [262, [6]],
  [273, [place(jpeg)]],
  [279, [jpeg.length]],
]
const thumbnail: Entries = [
  [254, [1]],
  [256, [4]],
  [257, [3]],
  [262, [2]],
]

const withPreview: [string, Uint8Array][] = [
  [
    'NEF: in a directory inside',
    rawFile((place) => [
      [
        ...thumbnail,
        [274, [6]],
        [33_432, Buffer.from('Ann Lee\0')],
        [330, [named(place, whole), sensor(place)] as never],
      ],
    ]),
  ],
  [
    'ARW: in a directory behind',
    rawFile((place) => [
      [
        ...named(place, small),
        [274, [6]],
        [33_432, Buffer.from('Ann Lee\0')],
        [330, [sensor(place)] as never],
      ],
      named(place, whole),
    ]),
  ],
  [
    'CR2: in the first directory',
    rawFile(
      (place) => [
        [...strip(place, whole, width, height), [274, [6]], [33_432, Buffer.from('Ann Lee\0')]],
        named(place, small),
      ],
      'CR\x02\0',
    ),
  ],
  [
    'DNG: a strip inside',
    rawFile((place) => [
      [
        ...thumbnail,
        [274, [6]],
        [33_432, Buffer.from('Ann Lee\0')],
        [50_706, [1]],
        [330, [sensor(place), strip(place, whole, width, height)] as never],
      ],
    ]),
  ],
]

describe('a camera’s raw file', () => {
  it.each(withPreview)(
    'is shown by its preview, turned and credited as it says: %s',
    async (_name, bytes) => {
      expect(await probe(bytes, limits)).toMatchObject({
        format: 'tiff',
        width: height,
        height: width,
        orientation: 6,
      })
      const { data, width: w, height: h } = await renderOne(bytes, 'format=png')
      expect([w, h]).toEqual([height, width])
      const [r = 0, g = 99, b = 99] = pixelAt(await decoded(data), 30, 40)
      expect([Math.abs(r - 0xd0) < 6, Math.abs(g - 0x20) < 6, Math.abs(b - 0x10) < 6]).toEqual([
        true,
        true,
        true,
      ])
      expect(Buffer.from((await renderOne(bytes, 'format=jpeg')).data).includes('Ann')).toBe(true)
      expect(Buffer.from((await renderOne(bytes, 'format=jpeg&metadata=strip')).data).includes('Ann')).toBe(
        false,
      )
      // Its sensor's pixels lie where other TIFFs have previews: strangers get nothing of it, rather than half
      expect(await cleanOriginal(memoryReader(bytes))).toBeNull()
    },
  )

  it.each([
    [
      'a preview that is smaller',
      rawFile((place) => [[...thumbnail, [330, [named(place, small), sensor(place)] as never]]]),
    ],
    ['none at all', rawFile((place) => [[...thumbnail, [330, [sensor(place)] as never]]])],
    [
      'a preview that is no JPEG',
      rawFile((place) => [
        [...thumbnail, [330, [named(place, new Uint8Array(500)), sensor(place)] as never]],
      ]),
    ],
    [
      'a preview beyond the file',
      rawFile((place) => [
        [
          ...thumbnail,
          [
            330,
            [
              [
                [513, [place(whole)]],
                [514, [99_999_999]],
              ],
              sensor(place),
            ] as never,
          ],
        ],
      ]),
    ],
    [
      'a preview that breaks off',
      rawFile((place) => [
        [...thumbnail, [330, [named(place, whole.subarray(0, -200)), sensor(place)] as never]],
      ]),
    ],
    [
      'Canon’s mark and no preview',
      rawFile((place) => [[...strip(place, small, width, height)]], 'CR\x02\0'),
    ],
  ])('is refused by its name with %s', async (_name, bytes) => {
    await expect(probe(bytes, limits)).rejects.toMatchObject({
      code: 'unsupported_media_type',
      detail: expect.stringContaining('Raw camera'),
    })
  })
})

it('a TIFF that names directories beyond its end is the picture that it was', async () => {
  const plain = await sharp({ create: { width, height, channels: 3, background: '#d02010' } })
    .tiff()
    .toBuffer()
  const at = viewOf(plain).getUint32(4, true)
  const count = viewOf(plain).getUint16(at, true)
  const beyond = new Uint8Array(12)
  viewOf(beyond).setUint16(0, 330, true)
  viewOf(beyond).setUint16(2, 4, true)
  viewOf(beyond).setUint32(4, 2, true)
  viewOf(beyond).setUint32(8, 2 ** 30, true)
  const entries = Array.from({ length: count }, (_, n) =>
    plain.subarray(at + 2 + n * 12, at + 14 + n * 12),
  ).concat(Buffer.from(beyond))
  entries.sort((a, b) => viewOf(a).getUint16(0, true) - viewOf(b).getUint16(0, true))
  const head = Buffer.from([count + 1, 0])
  const even = Buffer.alloc(plain.length & 1)
  const bytes = Buffer.concat([plain, even, head, ...entries, Buffer.alloc(4)])
  viewOf(bytes).setUint32(4, plain.length + even.length, true)
  expect(await probe(bytes, limits)).toMatchObject({ format: 'tiff', width, height })
  expect(await renderOne(bytes, 'width=48&format=png')).toMatchObject({ width: 48, height: 32 })
})
