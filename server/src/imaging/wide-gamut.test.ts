import { canonical, parseParameters } from '@rendition/contract/recipe'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { displayP3 } from './colour/numbers.ts'
import { profileOf } from './decoding/profile.ts'
import { attachProfile } from './metadata/attach.ts'
import { render } from './render.ts'
import { chunk, withChunks } from './testing/png-chunks.ts'
import { decoded, pixelAt, renderOne } from './testing/rendering.ts'
import { animation, limits } from './testing/sources.ts'

/** Values of the source: in Display P3, an orange that sRGB has not. */
const orange = [250, 60, 20] as const
/** The same colour as near as sRGB comes to it. */
const nearest = [255, 20, 0] as const

function plain(colour: readonly number[] = orange) {
  const data = Buffer.alloc(64 * 48 * 3)
  for (let at = 0; at < data.length; at += 3) data.set(colour, at)
  return sharp(data, { raw: { width: 64, height: 48, channels: 3 } })
}

const p3 = profileOf({ primaries: displayP3, transfer: 'srgb' })
const adobe = profileOf({
  primaries: { white: [0.3127, 0.329], red: [0.64, 0.33], green: [0.21, 0.71], blue: [0.15, 0.06] },
  transfer: 563 / 256,
})

const lossless = {
  jpeg: { quality: 100, chromaSubsampling: '4:4:4' },
  png: {},
  webp: { lossless: true },
  avif: { lossless: true, effort: 0 },
  tiff: {},
} as const

async function inFormat(format: 'jpeg' | 'png' | 'webp' | 'avif', icc: Uint8Array): Promise<Uint8Array> {
  const bytes = await plain().toFormat(format, lossless[format]).toBuffer()
  return attachProfile(bytes, format, icc) ?? bytes
}

/** What one pixel of a file says, and whether it says by a profile what that means. */
async function told(data: Uint8Array): Promise<{ pixel: number[]; profile: boolean }> {
  const { icc } = await sharp(data).metadata()
  return { pixel: pixelAt(await decoded(data), 20, 20).slice(0, 3), profile: icc !== undefined }
}

function expectNear(found: number[], expected: readonly number[]): void {
  const far = found.some((value, channel) => Math.abs(value - (expected[channel] ?? -99)) > 3)
  expect({ found, far }).toEqual({ found: expect.any(Array), far: false })
}

const everyFormat = ['format=jpeg&quality=100', 'format=png', 'format=webp&lossless=true', 'format=avif']

describe('gamut=p3', () => {
  it.each(['jpeg', 'png', 'webp', 'avif'] as const)(
    'keeps the values of a %s of Display P3, with its profile, in every format that holds one',
    async (from) => {
      const source = await inFormat(from, p3)
      for (const to of everyFormat) {
        const { data, notes } = await renderOne(source, `${to}&gamut=p3&width=32&height=32`)
        const { pixel, profile } = await told(data)
        expectNear(pixel, orange)
        expect({ profile, notes }).toEqual({ profile: true, notes: [] })
      }
      const usual = await told((await renderOne(source, 'format=png&width=32&height=32')).data)
      expectNear(usual.pixel, nearest)
      expect(usual.profile).toBe(false)
    },
  )

  it('keeps what a 16-bit PNG, a TIFF, and numbers in PNG say', async () => {
    const deep = await plain().toColourspace('rgb16').png().toBuffer()
    const tiff = await plain([234, 51, 35]).withIccProfile('p3').tiff().toBuffer()
    const numbers = withChunks(await plain().png().toBuffer(), [
      chunk('cICP', Uint8Array.from([12, 13, 0, 1])),
    ])
    const deepNumbers = withChunks(deep, [chunk('cICP', Uint8Array.from([12, 13, 0, 1]))])
    for (const source of [attachProfile(deep, 'png', p3) ?? deep, numbers, deepNumbers]) {
      const { pixel, profile } = await told((await renderOne(source, 'format=png&gamut=p3&width=32')).data)
      expectNear(pixel, orange)
      expect(profile).toBe(true)
    }
    // The test's own: these values are converted from sRGB when the file is made
    const ofTiff = await told((await renderOne(tiff, 'format=png&gamut=p3&width=32')).data)
    expectNear(ofTiff.pixel, pixelAt(await decoded(tiff), 20, 20).slice(0, 3))
    expect(ofTiff.profile).toBe(true)
  })

  it('converts other wide profiles as lcms does', async () => {
    const source = await inFormat('png', adobe)
    // Of 16 bits sharp goes by way of P3, and back to it
    const deep = await plain().toColourspace('rgb16').png().toBuffer()
    const expected = await sharp(attachProfile(deep, 'png', adobe) ?? deep)
      .withIccProfile('p3')
      .png()
      .toBuffer()
    const { pixel } = await told((await renderOne(source, 'format=png&gamut=p3')).data)
    expectNear(pixel, pixelAt(await decoded(expected), 20, 20).slice(0, 3))
  })

  it('tone-maps HDR into P3 where the picture has more than sRGB', async () => {
    const source = withChunks(await plain([150, 60, 40]).png().toBuffer(), [
      chunk('cICP', Uint8Array.from([9, 16, 0, 1])),
    ])
    const wide = await told((await renderOne(source, 'format=png&gamut=p3')).data)
    const usual = await told((await renderOne(source, 'format=png')).data)
    expect([wide.profile, usual.profile]).toEqual([true, false])
    // The same red, less of it in the wider gamut
    expect(wide.pixel[0]).toBeLessThan(usual.pixel[0] ?? 0)
  })

  it('makes what it always makes of a picture that has no more than sRGB', async () => {
    for (const source of [
      await plain().png().toBuffer(),
      await plain().withIccProfile('srgb').jpeg().toBuffer(),
    ]) {
      const [wide, usual] = [
        await renderOne(source, 'format=webp&width=32&gamut=p3'),
        await renderOne(source, 'format=webp&width=32'),
      ]
      expect(Buffer.from(wide.data).equals(Buffer.from(usual.data))).toBe(true)
    }
  })

  it('says where a format holds no profile, and gives sRGB', async () => {
    const source = await inFormat('png', p3)
    for (const format of ['gif', 'tiff']) {
      const { data, notes } = await renderOne(source, `format=${format}&gamut=p3`)
      expect(notes).toEqual([`The colours are sRGB: ${format} files here hold no profile.`])
      expectNear((await told(data)).pixel, format === 'gif' ? [255, 20, 0] : nearest)
    }
  })

  it('draws colours and marks as the colours they are', async () => {
    const source = await inFormat('png', p3)
    const red = [234, 51, 35]
    const padded = await renderOne(source, 'format=png&gamut=p3&pad=10&background=ff0000')
    expectNear(pixelAt(await decoded(padded.data), 2, 2).slice(0, 3), red)
    const mark = await plain([255, 0, 0]).png().toBuffer()
    const id = '01890a5d-ac96-774b-bcce-b302099a8057'
    const marked = await renderOne(
      source,
      `format=png&gamut=p3&watermarkImage=${id}&watermarkOpacity=1&watermarkPosition=center`,
      { assets: { [id]: mark } },
    )
    expectNear(pixelAt(await decoded(marked.data), 32, 24).slice(0, 3), red)
  })

  it('puts no profile of colours on greys', async () => {
    for (const format of ['jpeg', 'png']) {
      const { data } = await renderOne(await inFormat('png', p3), `format=${format}&gamut=p3&grayscale=true`)
      expect((await told(data)).profile).toBe(false)
    }
  })

  it('keeps an animation of P3', async () => {
    const bare = await animation(24, 16, 3, 'webp')
    const source = attachProfile(bare, 'webp', p3) ?? bare
    const { data, frames } = await renderOne(source, 'width=12&gamut=p3')
    expect({ frames, profile: (await told(data)).profile }).toEqual({ frames: 3, profile: true })
  })

  it('is asked for by single outputs of one render', async () => {
    const source = { bytes: await inFormat('jpeg', p3) }
    const outputs = ['width=40', 'width=40&gamut=p3', 'width=20&gamut=p3&format=webp'].map((query) => ({
      name: query,
      recipe: parseParameters(new URLSearchParams(query)).recipe,
    }))
    const made = await render({ source, outputs, limits, placeholder: true })
    expect(made.outputs.map(({ name }) => name)).toEqual(outputs.map(({ name }) => name))
    const profiles = await Promise.all(made.outputs.map(async ({ data }) => (await told(data)).profile))
    expect(profiles).toEqual([false, true, true])
    expect(made.placeholder?.color).toMatch(/^#f/)
  })

  it('has a key of its own, which the default by name shares with silence', () => {
    const key = (query: string) => canonical(parseParameters(new URLSearchParams(query)).recipe)
    expect(key('width=40&gamut=srgb')).toBe(key('width=40'))
    expect(key('width=40&gamut=p3')).not.toBe(key('width=40'))
    expect(key('width=40&hdr=keep')).not.toBe(key('width=40'))
    expect(() => key('gamut=rec2020')).toThrow()
    expect(() => key('hdr=maybe')).toThrow()
  })
})
