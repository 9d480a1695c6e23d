import sharp from 'sharp'
import { beforeAll, expect, test } from 'vitest'
import { attach } from './metadata/attach.ts'
import { withGainMap } from './testing/gain-map.ts'
import {
  embeddedPictures,
  exifWithPreview,
  gifWithPreviews,
  jpegWithPreviews,
  pngWithPreviews,
  preview,
  xmpWithPreview,
} from './testing/previews.ts'
import { renderOne } from './testing/rendering.ts'
import { drawing, open } from './testing/sources.ts'

const formats = ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const
const policies = ['strip', 'copyright', 'keep'] as const
const kinds = ['jpeg', 'png', 'webp', 'avif', 'gif', 'tiff'] as const

let jpeg: Uint8Array
const sources = new Map<string, Uint8Array>()
beforeAll(async () => {
  jpeg = await preview()
  const plain = () => open(drawing(64, 48, 3))
  const blocks = { exif: exifWithPreview(jpeg), xmp: xmpWithPreview(jpeg), iptc: null }
  sources.set('jpeg', jpegWithPreviews(await plain().jpeg().toBuffer(), jpeg))
  sources.set('png', pngWithPreviews(await plain().png().toBuffer(), jpeg))
  sources.set('webp', attach(await plain().webp().toBuffer(), 'webp', blocks))
  sources.set('avif', attach(await plain().avif({ effort: 0 }).toBuffer(), 'avif', blocks))
  sources.set('gif', gifWithPreviews(await plain().gif().toBuffer(), jpeg))
  const xmp = Buffer.from(xmpWithPreview(jpeg)).toString('latin1')
  sources.set('tiff', await plain().withXmp(xmp).tiff().toBuffer())
})
const source = (kind: string): Uint8Array => {
  const found = sources.get(kind)
  if (!found) throw new Error(`there is no ${kind}`)
  return found
}

test.each(kinds)('the %s that goes in is full of previews', (kind) => {
  expect(embeddedPictures(source(kind))).not.toEqual([])
})

test.each(kinds.flatMap((kind) => formats.map((format) => [kind, format] as const)))(
  'no preview gets from a %s into a %s',
  async (kind, format) => {
    for (const policy of policies)
      for (const query of [
        'crop=0,0,30,30',
        'blur=5',
        'w=20&gamma=2',
        '',
        'w=500&h=500&fit=inside&enlarge=false',
      ]) {
        // The picture untouched, with all it has, is the picture
        if (policy === 'keep' && kind === format && !/crop|blur|gamma/.test(query)) continue
        const asked = `${query}&format=${format}&metadata=${policy}`
        const { data } = await renderOne(source(kind), asked)
        expect(embeddedPictures(data), asked).toEqual([])
      }
  },
)

test.each(['jpeg', 'png', 'webp', 'avif'] as const)(
  'of a picture cropped with all metadata, %s has camera, place and title, and no preview',
  async (format) => {
    const { data } = await renderOne(source('jpeg'), `crop=0,0,30,30&metadata=keep&format=${format}`)
    const { exif, xmpAsString, width } = await sharp(data).metadata()
    const text = exif?.toString('latin1') ?? ''
    expect(width).toBe(30)
    expect(['Camera', 'A. Photographer', 'SERIAL-1234'].filter((word) => !text.includes(word))).toEqual([])
    expect(xmpAsString).toContain('Rating="4"')
    expect(xmpAsString).toContain('A. Photographer')
    expect(xmpAsString).toContain('Townsville')
  },
)

test('previews do not come with EXIF beside the bytes, with a picture laid over, or in an animation', async () => {
  const plain = await open(drawing(64, 48, 3))
    .tiff()
    .toBuffer()
  const assetId = '01890000-0000-7000-8000-00000000000a'
  for (const policy of policies) {
    const beside = { source: { bytes: plain, exif: exifWithPreview(jpeg) } }
    const heic = await renderOne(plain, `w=20&format=jpeg&metadata=${policy}`, beside)
    expect(embeddedPictures(heic.data), `beside, ${policy}`).toEqual([])
    const laid = await renderOne(plain, `watermarkImage=${assetId}&format=jpeg&metadata=${policy}`, {
      assets: { [assetId]: source('jpeg') },
    })
    expect(embeddedPictures(laid.data), `laid over, ${policy}`).toEqual([])
  }
  const frames = await sharp(
    [source('png'), source('jpeg')].map((bytes) => Buffer.from(bytes)),
    { join: { animated: true } },
  )
    .gif()
    .toBuffer()
  for (const moving of [
    gifWithPreviews(frames, jpeg),
    attach(await sharp(frames, { animated: true }).webp().toBuffer(), 'webp', {
      exif: exifWithPreview(jpeg),
      xmp: xmpWithPreview(jpeg),
      iptc: null,
    }),
  ])
    for (const format of ['gif', 'webp'] as const)
      for (const policy of policies) {
        const made = await renderOne(moving, `blur=3&format=${format}&metadata=${policy}`)
        expect(made.frames).toBe(2)
        expect(embeddedPictures(made.data), `${format}, ${policy}`).toEqual([])
      }
})

test('beside an HDR picture stands its gain map and no other', async () => {
  const dressed = attach(await withGainMap(1600, 1200), 'jpeg', {
    exif: exifWithPreview(jpeg),
    xmp: null,
    iptc: null,
  })
  for (const policy of policies) {
    const { data } = await renderOne(dressed, `crop=0,0,800,800&metadata=${policy}`)
    const starts = Buffer.from(data).toString('latin1').split('\xff\xd8\xff').length - 1
    expect(starts, policy).toBe(2)
    expect((await sharp(data).metadata()).gainMap, policy).toBeDefined()
    expect(Buffer.from(data).includes(Buffer.from(jpeg).subarray(-200)), policy).toBe(false)
  }
})
