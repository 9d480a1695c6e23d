import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { drawing, open } from '../testing/sources.ts'
import { drawGif, readGif } from './gif.ts'

const word = (value: number) => [value & 255, value >> 8]

/** Pixels as LZW of codes of three bits, cleared before each pair so that codes never grow. */
function pack(pixels: readonly number[]): number[] {
  const codes = pixels.flatMap((pixel, index) => (index % 2 === 0 ? [4, pixel] : [pixel]))
  const bits = [...codes, 5].flatMap((code) => [code & 1, (code >> 1) & 1, code >> 2])
  const bytes = Array.from({ length: Math.ceil(bits.length / 8) }, (_, at) =>
    bits.slice(at * 8, at * 8 + 8).reduce((byte, bit, place) => byte | (bit << place), 0),
  )
  return [2, bytes.length, ...bytes, 0]
}

interface Frame {
  place: [number, number, number, number]
  /** 0 red, 1 green, 2 blue, 3 black. */
  colour: number
  clear?: number
  disposal?: number
}

function gifOf(screen: [number, number], frames: readonly Frame[]): Uint8Array {
  const table = [255, 0, 0, 0, 255, 0, 0, 0, 255, 0, 0, 0]
  // The background's index is 1: nothing is to become green
  const head = [...Buffer.from('GIF89a'), ...screen.flatMap(word), 0x81, 1, 0, ...table]
  const body = frames.flatMap(({ place, colour, clear, disposal = 0 }) => [
    ...[0x21, 0xf9, 4, (disposal << 2) | (clear === undefined ? 0 : 1), 10, 0, clear ?? 0, 0],
    ...[0x2c, ...place.flatMap(word), 0],
    ...pack(Array.from({ length: place[2] * place[3] }, () => colour)),
  ])
  return Uint8Array.from([...head, ...body, 0x3b])
}

/** Each frame as letters: r, g, b, k, and a point for what is clear. */
function shown(screen: [number, number], frames: readonly Frame[]): string[] {
  const [width, height] = screen
  const gif = readGif(gifOf(screen, frames), { width, height }, frames.length)
  const letters: Record<string, string> = {
    '255,0,0,255': 'r',
    '0,255,0,255': 'g',
    '0,0,255,255': 'b',
    '0,0,0,255': 'k',
    '0,0,0,0': '.',
  }
  return [...drawGif(gif)].map((data) =>
    Array.from(
      { length: width * height },
      (_, at) => letters[data.subarray(at * 4, at * 4 + 4).join()] ?? '?',
    ).join(''),
  )
}

describe('what the frames of a GIF make up', () => {
  it('what none covers is clear, not of the background colour', () => {
    expect(shown([3, 1], [{ place: [1, 0, 1, 1], colour: 0 }])).toEqual(['.r.'])
  })

  it('frames stay, are cleared to nothing, or give back what was there', () => {
    const over: Frame = { place: [1, 0, 1, 1], colour: 2 }
    const first: Frame = { place: [0, 0, 3, 1], colour: 0 }
    const last: Frame = { place: [2, 0, 1, 1], colour: 3 }
    expect(shown([3, 1], [first, { ...over, disposal: 1 }, last])).toEqual(['rrr', 'rbr', 'rbk'])
    expect(shown([3, 1], [first, { ...over, disposal: 2 }, last])).toEqual(['rrr', 'rbr', 'r.k'])
    expect(shown([3, 1], [first, { ...over, disposal: 3 }, last])).toEqual(['rrr', 'rbr', 'rrk'])
  })

  it('a transparent colour draws nothing', () => {
    expect(
      shown(
        [2, 1],
        [
          { place: [0, 0, 2, 1], colour: 0 },
          { place: [0, 0, 2, 1], colour: 1, clear: 1 },
        ],
      ),
    ).toEqual(['rr', 'rr'])
  })

  it('what lies beyond the canvas is not shown', () => {
    expect(
      shown(
        [2, 2],
        [
          { place: [0, 0, 2, 2], colour: 0 },
          { place: [1, 1, 5, 5], colour: 2 },
        ],
      ),
    ).toEqual(['rrrr', 'rrrb'])
  })

  it('counts the times it is shown, and how long', async () => {
    const frame = open(drawing(8, 8, 3))
    const file = await sharp([await frame.png().toBuffer(), await frame.negate().png().toBuffer()], {
      join: { animated: true },
    })
      .gif({ loop: 3, delay: [50, 1000], keepDuplicateFrames: true })
      .toBuffer()
    const { loop, delay } = await sharp(file).metadata()
    expect(readGif(file, { width: 8, height: 8 }, 2)).toMatchObject({ loop, delay })
  })
})

describe('equal to libvips where it is right', () => {
  it.each([
    ['one after the other', {}],
    ['interlaced', { progressive: true }],
    ['few colours', { colours: 3 }],
    ['two colours', { colours: 2 }],
  ])('rows %s', async (_name, how) => {
    const size = { width: 97, height: 61 }
    const file = await open(drawing(97, 61, 3))
      .gif(how)
      .toBuffer()
    const [drawn] = [...drawGif(readGif(file, size, 1))]
    expect(Buffer.from(drawn ?? []).equals(await sharp(file).ensureAlpha().raw().toBuffer())).toBe(true)
  })
})

it('refuses codes that cannot be', () => {
  const whole = gifOf([2, 2], [{ place: [0, 0, 2, 2], colour: 0 }])
  const at = whole.indexOf(2, whole.indexOf(0x2c) + 9)
  const broken = Uint8Array.from(whole)
  broken[at + 2] = 0xff
  expect(() => [...drawGif(readGif(broken, { width: 2, height: 2 }, 1))]).toThrowError(
    expect.objectContaining({ code: 'undecodable' }),
  )
})
