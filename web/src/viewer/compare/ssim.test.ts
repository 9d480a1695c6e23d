import { describe, expect, it } from 'vitest'
import { type Luma, lumaOf, ssim } from './ssim.ts'

const picture = (width: number, height: number, at: (x: number, y: number) => number): Luma => ({
  width,
  height,
  data: Float32Array.from({ length: width * height }, (_, n) => at(n % width, Math.floor(n / width))),
})
const waves = picture(64, 48, (x, y) => 128 + 60 * Math.sin(x / 3) + 40 * Math.cos(y / 5))

describe('how alike two pictures are', () => {
  it('is 1 for the same', () => expect(ssim(waves, waves)).toBeCloseTo(1))

  it('falls with noise, and falls far where the structure is gone', () => {
    const noisy = (amount: number) => ({
      ...waves,
      data: waves.data.map((value, n) => value + (((n * 7919) % 17) - 8) * amount),
    })
    const little = ssim(waves, noisy(0.5)) ?? 0
    const more = ssim(waves, noisy(3)) ?? 0
    expect(little).toBeGreaterThan(0.97)
    expect(more).toBeLessThan(little)
    expect(
      ssim(
        waves,
        picture(64, 48, () => 128),
      ),
    ).toBeLessThan(0.2)
  })

  it('is not told of pictures of different sizes, or of one smaller than a window', () => {
    expect(
      ssim(
        waves,
        picture(63, 48, () => 0),
      ),
    ).toBeNull()
    expect(
      ssim(
        picture(7, 7, () => 0),
        picture(7, 7, () => 0),
      ),
    ).toBeNull()
  })

  it('counts green as the eye does', () => {
    const data = new Uint8ClampedArray([255, 0, 0, 255, 0, 255, 0, 255])
    expect([...lumaOf({ data, width: 2, height: 1 }).data].map(Math.round)).toEqual([76, 150])
  })
})
