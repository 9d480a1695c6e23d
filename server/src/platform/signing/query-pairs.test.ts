import { parseParameters } from '@rendition/contract/recipe'
import { expect, it } from 'vitest'
import { queryPairs } from './query-pairs.ts'

const stepsOf = (query: string) => parseParameters(queryPairs(query)).recipe.steps.map(({ op }) => op)

it('reads a query as browsers do', () => {
  expect(queryPairs('a=1&&b=%C3%BC+x&c=1=2&d&=5')).toEqual([
    ...new URLSearchParams('a=1&&b=%C3%BC+x&c=1=2&d&=5'),
  ])
})

it('takes a switch without a value for on, and an empty value for none', () => {
  expect(stepsOf('flip&mirror&trim&w=9')).toEqual(['trim', 'flip', 'mirror', 'resize'])
  expect(stepsOf('flip=&mirror=&trim=&w&h=9')).toEqual(['resize'])
  expect(parseParameters(queryPairs('download')).request).toEqual({ download: true })
})
