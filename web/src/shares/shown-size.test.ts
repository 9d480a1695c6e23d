import type { SharedImage } from '@rendition/contract'
import { expect, it } from 'vitest'
import { shownSize } from './shown-size.ts'

const size = (width: number, height: number) => ({ url: `/${width}`, width, height, size: 1, format: 'webp' })
const image = (sizes: SharedImage['sizes']) =>
  ({ sizes, width: 4000, height: 3000 }) as unknown as SharedImage
const all = {
  thumbnail: size(150, 150),
  small: size(480, 360),
  medium: size(1024, 768),
  large: size(1920, 1440),
  original: size(4000, 3000),
}

it.each([
  [100, all, 480],
  [480, all, 480],
  [481, all, 1024],
  [9000, all, 1920],
  [9000, { thumbnail: all.thumbnail, original: all.original }, 150],
  [9000, { original: all.original }, 4000],
])('for %i pixels takes the smallest whole picture that has them', (pixels, sizes, width) => {
  expect(shownSize(image(sizes as SharedImage['sizes']), pixels)?.width).toBe(width)
})

it('has none while nothing is made', () => {
  expect(shownSize(image({}), 100)).toBeNull()
})
