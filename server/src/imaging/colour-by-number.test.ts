import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { toneMap } from './colour/curves.ts'
import { withProperties } from './decoding/isobmff.ts'
import { bytesOf, join } from './metadata/values.ts'
import { chunk, withChunks, words } from './testing/png-chunks.ts'
import { decoded, pixelAt, renderOne } from './testing/rendering.ts'

/** Four fields: three greys and an orange. */
const fields = [
  [16, 16, 16],
  [100, 100, 100],
  [128, 128, 128],
  [200, 80, 40],
] as const

function picture() {
  const data = Buffer.alloc(64 * 16 * 3)
  for (let at = 0; at < 64 * 16; at++) data.set(fields[Math.floor((at % 64) / 16)] ?? [], at * 3)
  return sharp(data, { raw: { width: 64, height: 16, channels: 3 } })
}

/** What is made of the four fields, one pixel of each. */
async function shown(bytes: Uint8Array): Promise<number[][]> {
  const { data } = await renderOne(bytes, 'format=webp&lossless=true')
  const canvas = await decoded(data)
  return [8, 24, 40, 56].map((x) => pixelAt(canvas, x, 8).slice(0, 3))
}

/** Within two levels, as decoders differ. */
function expectNear(found: number[][], expected: readonly (readonly number[])[]): void {
  const far = found.flatMap((pixel, index) =>
    pixel.some((value, channel) => Math.abs(value - (expected[index]?.[channel] ?? -99)) > 5) ? [index] : [],
  )
  expect({ found, far }).toEqual({ found, far: [] })
}

const adobe = [31_270, 32_900, 64_000, 33_000, 21_000, 71_000, 15_000, 6_000]
const cicp = (primaries: number, transfer: number, full = 1) => [
  chunk('cICP', Uint8Array.from([primaries, transfer, 0, full])),
]
const gamma = (value: number) => chunk('gAMA', words(value))

/** As Chromium 156 draws these files on an sRGB screen. */
const inBrowser: [string, Uint8Array[], number[][]][] = [
  [
    'nothing said',
    [],
    [
      [16, 16, 16],
      [100, 100, 100],
      [128, 128, 128],
      [200, 80, 40],
    ],
  ],
  [
    'gAMA of sRGB alone',
    [gamma(45_455)],
    [
      [16, 16, 16],
      [100, 100, 100],
      [128, 128, 128],
      [200, 80, 40],
    ],
  ],
  [
    'gAMA 1',
    [gamma(100_000)],
    [
      [71, 71, 71],
      [168, 168, 168],
      [188, 188, 188],
      [229, 152, 110],
    ],
  ],
  [
    'cHRM alone',
    [chunk('cHRM', words(...adobe))],
    [
      [16, 16, 16],
      [100, 100, 100],
      [128, 128, 128],
      [200, 80, 40],
    ],
  ],
  [
    'cHRM of Adobe RGB and gAMA',
    [gamma(45_455), chunk('cHRM', words(...adobe))],
    [
      [7, 7, 7],
      [100, 100, 100],
      [129, 129, 129],
      [230, 79, 32],
    ],
  ],
  [
    'Display P3',
    cicp(12, 13),
    [
      [16, 16, 16],
      [100, 100, 100],
      [128, 128, 128],
      [216, 69, 17],
    ],
  ],
  [
    'BT.2020',
    cicp(9, 1),
    [
      [4, 4, 4],
      [91, 91, 91],
      [121, 121, 121],
      [242, 2, 0],
    ],
  ],
  [
    'BT.709',
    cicp(1, 1),
    [
      [4, 4, 4],
      [91, 91, 91],
      [121, 121, 121],
      [197, 70, 28],
    ],
  ],
  [
    'a power of 2.8',
    cicp(1, 5),
    [
      [1, 1, 1],
      [76, 76, 76],
      [106, 106, 106],
      [189, 56, 17],
    ],
  ],
  [
    'linear light',
    cicp(1, 8),
    [
      [71, 71, 71],
      [168, 168, 168],
      [188, 188, 188],
      [229, 152, 110],
    ],
  ],
  [
    'PQ',
    cicp(9, 16),
    [
      [1, 1, 1],
      [76, 76, 76],
      [132, 132, 132],
      [255, 0, 0],
    ],
  ],
  [
    'HLG',
    cicp(9, 18),
    [
      [3, 3, 3],
      [75, 75, 75],
      [99, 99, 99],
      [230, 0, 1],
    ],
  ],
  [
    'a range of films, which browsers ignore',
    cicp(12, 13, 0),
    [
      [16, 16, 16],
      [100, 100, 100],
      [128, 128, 128],
      [200, 80, 40],
    ],
  ],
]

describe('PNG', () => {
  it.each(inBrowser)('%s', async (_name, chunks, expected) => {
    expectNear(await shown(withChunks(await picture().png().toBuffer(), chunks)), expected)
  })

  it('grey keeps one channel', async () => {
    const grey = await picture().toColourspace('b-w').png().toBuffer()
    const bytes = withChunks(grey, [gamma(100_000)])
    const { data } = await renderOne(bytes, 'format=png')
    expect((await sharp(data).metadata()).space).toBe('b-w')
    expectNear((await shown(bytes)).slice(0, 3), [
      [71, 71, 71],
      [168, 168, 168],
      [188, 188, 188],
    ])
  })

  it('an embedded profile is believed before gAMA, and cICP before the profile', async () => {
    const png = await picture().withIccProfile('p3').png().toBuffer()
    const plain = [
      [16, 16, 16],
      [100, 100, 100],
      [128, 128, 128],
      [200, 80, 40],
    ]
    expectNear(await shown(withChunks(png, [gamma(100_000)])), plain)
    expectNear(
      await shown(withChunks(await picture().png().toBuffer(), [gamma(100_000), ...cicp(1, 13)])),
      plain,
    )
  })
})

/** An AVIF that says in numbers what its colours mean. */
async function avif(primaries: number, transfer: number, depth: 8 | 10 = 8): Promise<Uint8Array> {
  const bytes = await picture()
    .avif({ quality: 100, chromaSubsampling: '4:4:4', effort: 0, bitdepth: depth })
    .toBuffer()
  const content = join([bytesOf('nclx'), Uint8Array.from([0, primaries, 0, transfer, 0, 6, 128])])
  return withProperties(bytes, [{ type: 'colr', content }])
}

describe('AVIF', () => {
  it.each([
    [1, 13, [200, 80, 40]],
    [2, 2, [200, 80, 40]],
    [1, 1, [200, 80, 40]],
    [12, 13, [216, 69, 17]],
    [9, 14, [246, 36, 16]],
    [1, 8, [229, 152, 110]],
    [9, 16, [255, 0, 0]],
    [9, 18, [231, 0, 1]],
  ])('primaries %i and transfer %i', async (primaries, transfer, expected) => {
    expectNear((await shown(await avif(primaries, transfer))).slice(3), [expected])
  })

  it('HDR of 10 bits', async () => {
    const [, , grey] = await shown(await avif(9, 16, 10))
    expectNear([grey ?? []], [[132, 132, 132]])
  })
})

describe('the tone curve', () => {
  it('rises from black to white, without a step', () => {
    const lights = Array.from({ length: 1_001 }, (_, index) => toneMap(index))
    expect([lights[0], lights[203], lights[1_000], toneMap(10_000)]).toEqual([0, 0.5, 1, 1])
    for (const [index, light] of lights.slice(1).entries()) {
      expect(light).toBeGreaterThan(lights[index] ?? 1)
      expect(light - (lights[index] ?? 1)).toBeLessThan(0.0026)
    }
  })
})
