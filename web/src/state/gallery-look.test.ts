import { expect, it } from 'vitest'
import { readLook } from './gallery-look.ts'

it('takes what was kept, and what it does not know as usual', () => {
  expect(readLook('{"density":"large","names":true}')).toEqual({ density: 'large', names: true })
  for (const kept of [null, '', '{', 'null', '[]', '{"density":"huge","names":1}'])
    expect(readLook(kept)).toEqual({ density: 'normal', names: false })
})
