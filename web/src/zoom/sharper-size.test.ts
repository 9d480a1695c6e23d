import type { Size } from '@rendition/contract'
import { expect, it } from 'vitest'
import { isDeep, sharperSize } from './sharper-size.ts'

it('finds more pixels of the same part, in a format that browsers show', () => {
  const of = (width: number, height: number, format = 'webp'): Size => ({
    url: '',
    width,
    height,
    size: 1,
    format,
  })
  const sizes = { thumbnail: of(150, 150), small: of(320, 213), large: of(1920, 1280), wide: of(2400, 800) }
  const photo = (original: Size) => ({ width: 6001, height: 4000, sizes: { ...sizes, original } })
  const jpeg = of(6001, 4000, 'jpeg')
  expect(sharperSize(photo(jpeg), sizes.small, 300)).toBe(sizes.small)
  expect(sharperSize(photo(jpeg), sizes.small, 900)).toBe(sizes.large)
  expect(sharperSize(photo(jpeg), sizes.large, 2100)).toBe(jpeg)
  expect(sharperSize(photo(jpeg), sizes.large, 9000)).toBe(jpeg)
  expect(sharperSize(photo(of(6000, 4000, 'tiff')), sizes.large, 6000)).toBe(sizes.large)
  expect(sharperSize(photo(jpeg), sizes.thumbnail, 900)).toBe(sizes.thumbnail)
})

it('is not all of an original above forty megapixels', () => {
  expect(isDeep({ width: 8000, height: 5000 })).toBe(false)
  expect(isDeep({ width: 8001, height: 5000 })).toBe(true)
  const of = (width: number): Size => ({ url: '', width, height: width, size: 1, format: 'jpeg' })
  const sizes = { small: of(300), large: of(2000), original: of(7000) }
  expect(sharperSize({ width: 7000, height: 7000, sizes }, sizes.small, 5000)).toBe(sizes.large)
})
