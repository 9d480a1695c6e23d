import type { Image, Size } from '@rendition/contract'
import { expect, it } from 'vitest'
import { defaultSize, downloadName, orderedSizes } from './sizes.ts'

const size = (width: number, format = 'jpeg'): Size => ({ url: '', width, height: 1, size: 1, format })
const image = (sizes: Record<string, Size>, originalName = 'Holiday.old.jpeg') =>
  ({ sizes, originalName }) as Image

it('offers the usual sizes first, others by width, the original last', () => {
  const sizes = {
    original: size(9),
    wide: size(3000),
    tiny: size(8),
    large: size(4),
    small: size(2),
    thumbnail: size(1),
  }
  expect(orderedSizes(image(sizes)).map(([name]) => name)).toEqual([
    'thumbnail',
    'small',
    'large',
    'tiny',
    'wide',
    'original',
  ])
})

it('shows what a screen needs, and the original where there is nothing else', () => {
  expect(defaultSize(image({ small: size(1), medium: size(2), original: size(3) }))).toBe('medium')
  expect(defaultSize(image({ thumbnail: size(1), original: size(3) }))).toBe('original')
})

it('names what is downloaded by its size and format, and leaves the original its own name', () => {
  const photo = image({})
  expect(downloadName(photo, 'original', size(1))).toBe('true')
  expect(downloadName(photo, 'medium', size(1, 'webp'))).toBe('Holiday.old-medium.webp')
  expect(downloadName(photo, 'medium', size(1))).toBe('Holiday.old-medium.jpg')
  expect(downloadName(image({}, 'n'.repeat(300)), 'small', size(1)).length).toBeLessThan(255)
})
