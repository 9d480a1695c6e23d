import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { beforeAll, describe, expect, inject, it } from 'vitest'
import { type Api, createApi, type ImageBody } from './api.ts'

/*
 * Kinds of files that decoders get wrong, each as small as shows it: those in `kinds/` are made by script, for the
 * reports of faults that they show, and hold nothing else. Expected is what Chromium 156 draws on an sRGB screen; of TIFF,
 * which it does not draw, what the samples mean.
 */

const size = (width: number, height: number) => ({ width, height })
/** File, size, and the colour of its middle. */
const taken: [string, { width: number; height: number }, number[]][] = [
  ['nclx-p3.avif', size(120, 80), [217, 69, 17]],
  ['cicp-p3.png', size(120, 80), [217, 69, 17]],
  ['h-nclx-p3.heic', size(120, 80), [217, 69, 17]],
  ['nclx-pq.avif', size(120, 80), [255, 0, 0]],
  ['chrm-adobe.png', size(120, 80), [230, 79, 32]],
  ['gama1.png', size(256, 64), [128, 128, 128]],
  ['mono-limited-grad.avif', size(240, 160), [128, 128, 128]],
  // Chromium 156 takes the alpha of every AVIF for one of 16 to 235; its bitstream says 0 to 255
  ['alpha-pre.avif', size(120, 80), [255, 0, 0, 128]],
  ['or6-im.png', size(240, 160), [255, 255, 255]],
  ['clap00.avif', size(100, 60), [255, 0, 0]],
  ['seq.avif', size(96, 64), [255, 0, 0, 255]],
  ['g-ext.gif', size(60, 40), [255, 0, 0]],
  ['g-off-still.gif', size(60, 40), [0, 0, 0, 0]],
  ['g-bg.gif', size(60, 40), [255, 0, 0]],
  ['loop65535.gif', size(40, 30), [255, 0, 0]],
  ['delay6554cs.gif', size(40, 30), [255, 0, 0]],
  ['a-or6.webp', size(60, 40), [255, 0, 0]],
  ['j-garbage-header.jpg', size(240, 160), [255, 255, 255]],
  ['avif-trailing.avif', size(240, 160), [255, 255, 255]],
  ['no-iend.png', size(240, 160), [255, 255, 255]],
  ['12bit.tif', size(64, 48), [128, 128, 128]],
  ['ycbcr.tif', size(64, 48), [254, 0, 0]],
]
const animated = ['g-ext.gif', 'g-bg.gif', 'loop65535.gif', 'delay6554cs.gif', 'a-or6.webp']

const file = (name: string) => readFile(join(import.meta.dirname, 'kinds', name))

let api: Api
const images = new Map<string, ImageBody>()
beforeAll(async () => {
  const anyone = createApi(inject('baseUrl'))
  api = anyone.as((await anyone.register()).accessToken)
  const files = await Promise.all(
    taken.map(async ([name]) => ({ name, bytes: await file(name), field: 'images' })),
  )
  const { status, body } = await api.upload<{ images: ImageBody[]; rejected: unknown[] }>(files, {
    visibility: 'public',
  })
  expect([status, body.rejected]).toEqual([201, []])
  for (const { id } of body.images) {
    const image = await api.complete(id)
    images.set(image.originalName, image)
  }
})
const imageOf = (name: string): ImageBody => {
  const image = images.get(name)
  if (!image) throw new Error(`${name} was not taken`)
  return image
}

describe('is shown as a browser shows it', () => {
  it.each(taken)('%s', async (name, { width, height }, expected) => {
    const image = imageOf(name)
    expect(image).toMatchObject({ status: 'complete', width, height })
    const answer = await api.get(`/images/${image.id}?format=png`)
    expect(answer.status).toBe(200)
    const { data, info } = await sharp(answer.bytes)
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect(size(info.width, info.height)).toEqual(size(width, height))
    const at = ((height >> 1) * width + (width >> 1)) * info.channels
    const found = [...data.subarray(at, at + expected.length)]
    const far = found.map((value, index) => Math.abs(value - (expected[index] ?? 0))).filter((by) => by > 3)
    expect({ found, far }).toEqual({ found, far: [] })
  })

  it.each(animated)('%s moves', async (name) => {
    const { id } = imageOf(name)
    const answer = await api.get(`/images/${id}?width=20&format=webp`)
    expect(answer.status).toBe(200)
    const { pages = 1, loop = -1, delay = [] } = await sharp(answer.bytes).metadata()
    expect(pages).toBeGreaterThan(1)
    expect(loop).toBeGreaterThanOrEqual(0)
    expect(Math.max(...delay)).toBeLessThanOrEqual(65_540)
  })
})

describe('is refused by its name', () => {
  const begins = (...bytes: number[]): Uint8Array => Uint8Array.from([...bytes, ...new Uint8Array(64)])
  it.each([
    ['Zstandard', () => file('t-zstd.tif')],
    ['old-style JPEG', () => file('t-ojpeg.tif')],
    ['JPEG XL', () => begins(0xff, 0x0a)],
    ['JPEG 2000', () => begins(0, 0, 0, 12, 0x6a, 0x50, 0x20, 0x20)],
    ['BMP', () => begins(0x42, 0x4d)],
    ['ICO', () => begins(0, 0, 1, 0)],
    ['PSD', () => begins(0x38, 0x42, 0x50, 0x53)],
    ['SVG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['raw camera', () => Buffer.from('FUJIFILMCCD-RAW 0201')],
  ])('%s', async (name, make) => {
    const { status, body } = await api.upload([{ name: 'file.bin', bytes: await make() }])
    expect([status, body.code]).toEqual([415, 'unsupported_media_type'])
    expect(String(body.detail)).toContain(name)
  })
})

it('is refused when it is cut off, although a missing end is forgiven', async () => {
  const bytes = await file('no-iend.png')
  const { status, body } = await api.upload([
    { name: 'cut.png', bytes: bytes.subarray(0, bytes.length - 40) },
  ])
  expect([status, body.code]).toEqual([422, 'undecodable'])
})

it('is recorded as it is decoded, where the header reads otherwise', async () => {
  const scene = sharp({ create: { width: 60, height: 40, channels: 3, background: '#2a6' } })
  const bytes = await scene.withMetadata({ orientation: 6 }).jpeg().toBuffer()
  // The orientation says that it is 327,681 numbers: decoders pass over such an entry, the walk takes its first
  const entry = bytes.indexOf(Buffer.from([0x12, 0x01, 0x03, 0x00, 0x01, 0x00, 0x00, 0x00]))
  bytes[entry + 6] = 5
  const { status, body } = await api.upload([{ name: 'odd.jpg', bytes }])
  expect(status).toBe(201)
  const image = await api.complete(body.id)
  const shown = await sharp((await api.get(`/images/${image.id}?format=png`)).bytes).metadata()
  expect(size(image.width, image.height)).toEqual(size(shown.width, shown.height))
  expect(image).toMatchObject({ width: 60, height: 40, orientation: 1 })
  const explained = await api.get<{ source: object }>(`/api/images/${image.id}/explain?width=20`)
  expect(explained.body.source).toMatchObject({ width: 60, height: 40 })
  const history = await api.get<{ items: object[] }>(`/api/images/${image.id}/versions`)
  expect(history.body.items[0]).toMatchObject({ width: 60, height: 40 })
})
