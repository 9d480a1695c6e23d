import sharp, { type Sharp } from 'sharp'
import { expect, it } from 'vitest'
import { lookOf } from './output/look.ts'
import { canvasOf } from './pixels/canvas.ts'

/** Soft shapes of every size, others for every seed: as little alike as photos are. */
function scene(seed: number, width = 480, height = 320): Sharp {
  let state = seed
  const pixels = Buffer.alloc(12 * 8 * 3).map(() => {
    state = (state * 1103515245 + 12345) & 0x7fffffff
    return (state >> 16) & 255
  })
  return sharp(pixels, { raw: { width: 12, height: 8, channels: 3 } }).resize(width, height, {
    kernel: 'cubic',
    fit: 'fill',
  })
}

async function look(picture: Sharp | Buffer): Promise<string | null> {
  const bytes = Buffer.isBuffer(picture) ? picture : await picture.png().toBuffer()
  const { data, info } = await sharp(bytes)
    .resize(100, 100, { fit: 'inside' })
    .raw()
    .toBuffer({ resolveWithObject: true })
  return lookOf(canvasOf(data, info, info.channels, false))
}

function difference(one: string | null, other: string | null): number {
  if (one === null || other === null) return 64
  return (BigInt(`0x${one}`) ^ BigInt(`0x${other}`)).toString(2).replaceAll('0', '').length
}

it('stays nearly the same in another size, format, quality and brightness', async () => {
  for (const seed of [1, 2, 3]) {
    const png = await scene(seed).png().toBuffer()
    const first = await look(png)
    expect(first).toMatch(/^[0-9a-f]{16}$/)
    const others = {
      small: sharp(png).resize(120).png(),
      jpeg: sharp(png).jpeg({ quality: 30 }),
      webp: sharp(png).webp({ quality: 20 }),
      darker: sharp(png).linear(0.7, 0).png(),
      alpha: sharp(png).ensureAlpha().png(),
    }
    for (const [name, other] of Object.entries(others)) {
      expect(difference(first, await look(await other.toBuffer())), `${name} of ${seed}`).toBeLessThanOrEqual(
        7,
      )
    }
  }
})

it('differs in many bits between other pictures', async () => {
  const looks = await Promise.all(Array.from({ length: 12 }, (_, n) => look(scene(n + 1))))
  for (const [at, one] of looks.entries()) {
    for (const other of looks.slice(at + 1)) expect(difference(one, other)).toBeGreaterThan(7)
  }
  const [first = null] = looks
  expect(difference(first, await look(scene(1).flop()))).toBeGreaterThan(7)
})

it('is none of a plain picture, and of any size there is one', async () => {
  const plain = { width: 50, height: 40, channels: 3 as const, background: '#888' }
  expect(await look(sharp({ create: plain }))).toBeNull()
  expect(await look(sharp({ create: { ...plain, channels: 4, background: '#0000' } }))).toBeNull()
  expect(await look(scene(1, 1, 1))).toBeNull()
  for (const [width, height] of [
    [3, 2],
    [100, 1],
    [1, 100],
    [31, 33],
  ] as const) {
    const found = await look(scene(5, width, height))
    if (found !== null) expect(found).toMatch(/^[0-9a-f]{16}$/)
  }
  expect(await look(scene(5, 31, 33))).not.toBeNull()
})
