import { rgbaToThumbHash } from 'thumbhash'
import { expect, it } from 'vitest'
import { isTransparent } from './transparency.ts'

/** The placeholder of a picture of one colour. */
const placeholder = (alpha: number) => {
  const pixels = Array.from({ length: 16 }, () => [200, 30, 40, alpha]).flat()
  return { thumbhash: btoa(String.fromCharCode(...rgbaToThumbHash(4, 4, pixels))), color: '' }
}

it.each([
  [0, true],
  [128, true],
  [255, false],
])('a picture with an alpha of %i can be seen through: %s', (alpha, transparent) => {
  expect(isTransparent({ placeholder: placeholder(alpha) })).toBe(transparent)
})

it('without a placeholder, or with a broken one, nothing is known to be', () => {
  expect(isTransparent({ placeholder: null })).toBe(false)
  expect(isTransparent({ placeholder: { thumbhash: '*', color: '' } })).toBe(false)
})
