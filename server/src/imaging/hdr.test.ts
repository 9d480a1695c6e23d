import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { withProperties } from './decoding/isobmff.ts'
import { isobmffHeader } from './header/isobmff.ts'
import { memoryReader, Window } from './header/reader.ts'
import { bytesOf } from './metadata/values.ts'
import { withGainMap } from './testing/gain-map.ts'
import { chunk, withChunks } from './testing/png-chunks.ts'
import { renderOne } from './testing/rendering.ts'

const [width, height] = [64, 48]
/** Eight columns of 16 bits, some of which 8 bits cannot tell apart. */
const columns = [
  [0, 0, 0],
  [20_000, 20_000, 20_000],
  [20_128, 20_128, 20_128],
  [50_000, 30_000, 12_000],
  [65_535, 65_535, 65_535],
  [40_000, 40_000, 40_000],
  [10_000, 50_000, 30_000],
  [60_000, 60_000, 60_000],
]

function deep() {
  const data = new Uint16Array(width * height * 3)
  for (let at = 0; at < width * height; at++) data.set(columns[Math.floor((at % width) / 8)] ?? [], at * 3)
  return sharp(data, { raw: { width, height, channels: 3 } }).toColourspace('rgb16')
}

const hdrPng = async (transfer: number) =>
  withChunks(await deep().png().toBuffer(), [chunk('cICP', Uint8Array.from([9, transfer, 0, 1]))])

/** The middle of each column in 16 bits, as another decoder stored them. */
async function columnsOf(file: Uint8Array | string): Promise<number[][]> {
  const { data, info } = await sharp(file, { ignoreIcc: true })
    .removeAlpha()
    .toColourspace('rgb16')
    .raw({ depth: 'ushort' })
    .toBuffer({ resolveWithObject: true })
  const values = new Uint16Array(data.buffer, data.byteOffset, data.length / 2)
  const at = (x: number) => Math.floor(info.height / 2) * info.width * 3 + x * 3
  const step = info.width / 8
  return columns.map((_, index) => [
    ...values.subarray(at(Math.floor(step * (index + 0.5))), at(Math.floor(step * (index + 0.5))) + 3),
  ])
}

/** Within one level of ten bits, and a little for the encoder. */
function expectNear(found: number[][], by = 256): void {
  const far = found.filter((pixel, index) =>
    pixel.some((value, channel) => Math.abs(value - (columns[index]?.[channel] ?? -9999)) > by),
  )
  expect({ found, far }).toEqual({ found, far: [] })
}

const colourOf = async (file: Uint8Array) =>
  (await isobmffHeader(new Window(memoryReader(file)), { maximumFrames: 1, relaxed: true })).treatment?.colour

const decoder = spawnSync('heif-convert').error === undefined
const folder = mkdtempSync(join(tmpdir(), 'rendition-hdr-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('hdr=keep', () => {
  it.each([
    [16, 'pq', 'quality=95'],
    [18, 'hlg', 'quality=95'],
    [16, 'pq', 'lossless=true'],
  ] as const)('keeps values of transfer %i (%s) in AVIF, %s', async (code, transfer, more) => {
    const { data, notes } = await renderOne(await hdrPng(code), `format=avif&hdr=keep&${more}`)
    const { bitsPerSample, space } = await sharp(data).metadata()
    expect({ bitsPerSample, space, notes }).toEqual({ bitsPerSample: 10, space: 'rgb16', notes: [] })
    expectNear(await columnsOf(data))
    expect(await colourOf(data)).toMatchObject({ transfer })
  })

  it.skipIf(!decoder)('is what another program reads (needs heif-convert)', async () => {
    const { data } = await renderOne(await hdrPng(16), 'format=avif&hdr=keep&quality=95')
    const [avif, png] = [join(folder, 'one.avif'), join(folder, 'one.png')]
    writeFileSync(avif, data)
    execFileSync('heif-convert', [avif, png], { stdio: 'pipe' })
    expectNear(await columnsOf(png))
    expect(execFileSync('heif-info', [avif], { encoding: 'utf8' })).toContain('color profile: nclx')
  })

  it('cuts, scales, mirrors and turns', async () => {
    const source = await hdrPng(16)
    const turned = await renderOne(
      source,
      'format=avif&hdr=keep&quality=95&crop=0,0,64,32&rotate=180&mirror=true',
    )
    expect([turned.width, turned.height, turned.notes]).toEqual([64, 32, []])
    expectNear(await columnsOf(turned.data), 400)
    const small = await renderOne(source, 'format=avif&hdr=keep&width=32')
    expect([small.width, small.height, (await sharp(small.data).metadata()).bitsPerSample]).toEqual([
      32, 24, 10,
    ])
    const quarter = await renderOne(source, 'format=avif&hdr=keep&rotate=90')
    expect([quarter.width, quarter.height]).toEqual([48, 64])
  })

  it('tone-maps what looks at colours and what other formats hold, and says so', async () => {
    const source = await hdrPng(16)
    for (const [query, note] of [
      ['format=avif&hdr=keep&brightness=1.2', /through cutting/],
      ['format=webp&hdr=keep', /webp files here hold none/],
    ] as const) {
      const { data, notes } = await renderOne(source, query)
      expect(notes.join(' ')).toMatch(note)
      expect((await sharp(data).metadata()).space).toBe('srgb')
    }
    const usual = await renderOne(source, 'format=avif')
    expect((await sharp(usual.data).metadata()).bitsPerSample).toBe(8)
  })

  it('takes HDR of an AVIF, with its transparency', async () => {
    const clear = await deep()
      .ensureAlpha(0.5)
      .avif({ bitdepth: 12, lossless: false, quality: 95 })
      .toBuffer()
    const source = withProperties(clear, [
      { type: 'colr', content: Uint8Array.from([...bytesOf('nclx'), 0, 9, 0, 16, 0, 6, 0x80]) },
    ])
    const { data } = await renderOne(source, 'format=avif&hdr=keep&quality=95')
    const { bitsPerSample, hasAlpha } = await sharp(data).metadata()
    expect({ bitsPerSample, hasAlpha }).toEqual({ bitsPerSample: 10, hasAlpha: true })
    expectNear(await columnsOf(data), 400)
  })

  it('keeps the credits, and forbidden metadata out', async () => {
    const source = withChunks(
      await deep()
        .withExif({ IFD0: { Copyright: 'Ann' } })
        .png()
        .toBuffer(),
      [chunk('cICP', Uint8Array.from([9, 16, 0, 1]))],
    )
    const made = (more: string) => renderOne(source, `format=avif&hdr=keep&width=32${more}`)
    expect(Buffer.from((await made('')).data).includes('Ann')).toBe(true)
    expect(Buffer.from((await made('&metadata=strip')).data).includes('Ann')).toBe(false)
  })

  it('changes nothing about pictures that are not HDR', async () => {
    const plain = await deep().png().toBuffer()
    const [kept, usual] = [
      await renderOne(plain, 'format=avif&hdr=keep'),
      await renderOne(plain, 'format=avif'),
    ]
    expect(Buffer.from(kept.data).equals(Buffer.from(usual.data))).toBe(true)
  })
})

it('hdr=off leaves the gain map of a JPEG out', async () => {
  const source = await withGainMap(700, 48)
  const mapped = async (query: string) =>
    (await sharp((await renderOne(source, query)).data).metadata()).gainMap !== undefined
  expect([await mapped('width=690'), await mapped('width=690&hdr=off'), await mapped('hdr=off')]).toEqual([
    true,
    false,
    false,
  ])
})
