import { expect, it } from 'vitest'
import { turnedCorner } from './passes.ts'

it.each([
  [5, [-28, 0]],
  [-5, [0, -44]],
  [100, [-402, -56]],
] as const)('turned by %i degrees it begins at whole pixels: %j', (angle, corner) => {
  const radians = (angle * Math.PI) / 180
  const found = turnedCorner({ width: 500, height: 320 }, Math.cos(radians), Math.sin(radians))
  expect(found.map((value) => value + 0)).toEqual(corner)
})
