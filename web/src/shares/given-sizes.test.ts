import { expect, test } from 'vitest'
import { givenSizes, stillThere } from './given-sizes.ts'

const there = ['thumb', 'small', 'large']

test.each([
  ['every preset', ['large', 'small', 'thumb'], there, null],
  ['every preset and the original', ['original', ...there], there, null],
  [
    'some, in the order of the presets',
    ['original', 'large', 'small'],
    there,
    ['small', 'large', 'original'],
  ],
  ['what is left of them', ['huge', 'small'], there, ['small']],
  ['nothing that is left', ['huge'], there, []],
  ['nothing where there is no preset at all', ['huge'], [], []],
  ['nobody knows what', ['huge'], undefined, null],
])('a link gives %s', (_what, sizes, names, given) => {
  expect(givenSizes(sizes, names)).toEqual(given)
})

test('what was chosen counts as long as it is there', () => {
  expect(stillThere(['huge', 'small'], there)).toEqual(['small'])
  expect(stillThere(['huge', 'small'], undefined)).toEqual(['huge', 'small'])
})
