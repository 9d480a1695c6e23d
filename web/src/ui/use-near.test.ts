import { expect, it } from 'vitest'
import { isNear } from './use-near.ts'

it.each([
  [[], false],
  [[true], true],
  [[false, true], true],
  [[true, false, true], true],
  [[true, false], false],
])('what was seen as %j is near: %s', (seen, near) => {
  expect(isNear(seen.map((isIntersecting) => ({ isIntersecting })))).toBe(near)
})
