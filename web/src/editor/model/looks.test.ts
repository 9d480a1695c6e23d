import { type Operation, parseRecipe } from '@rendition/contract/recipe'
import { expect, test } from 'vitest'
import { looks } from '../../state/looks.ts'
import { focalCut, movedPoint } from './focal.ts'
import { lookOf, withLook } from './looks.ts'
import { pasteable } from './paste.ts'
import { addStep, operationsOf, stepsOf } from './steps.ts'

test('every look is a recipe in its one spelling, taken on and off again with the rest left alone', () => {
  const blur: Operation = { op: 'blur', sigma: 2 }
  const steps = stepsOf([{ op: 'flip' }, blur])
  for (const look of looks) {
    expect(parseRecipe({ steps: [...look.operations] }).steps).toEqual(look.operations)
    const looking = withLook(steps, look)
    expect(lookOf(looking)).toBe(look)
    expect(operationsOf(looking)).toEqual([{ op: 'flip' }, ...look.operations, blur])
    expect(withLook(looking, looks[0] ?? look)).toEqual(steps)
  }
  expect(lookOf(addStep(steps, { op: 'gamma', value: 1.7 }))).toBeUndefined()
})

test('what a focal point keeps is in the picture, and in the middle where it can be', () => {
  const size = { width: 300, height: 200 }
  expect(focalCut(size, 1, { x: 0.5, y: 0.5 })).toEqual({ x: 50, y: 0, width: 200, height: 200 })
  expect(focalCut(size, 1, { x: 1, y: 0 })).toEqual({ x: 100, y: 0, width: 200, height: 200 })
  expect(focalCut(size, 3, { x: 0, y: 0.6 })).toEqual({ x: 0, y: 70, width: 300, height: 100 })
  expect(movedPoint({ x: 0.99, y: 0.2 }, { x: 0.05, y: -0.5 })).toEqual({ x: 1, y: 0 })
})

test('what is pasted on another picture holds no places of this one', () => {
  const turned: Operation = { op: 'rotate', angle: 90, background: '00000000' }
  const operations: Operation[] = [
    { op: 'crop', x: 0, y: 0, width: 5, height: 5 },
    turned,
    { op: 'rotate', angle: 3, background: '00000000' },
    { op: 'contrast', amount: 1.2 },
  ]
  expect(pasteable(operations)).toEqual([turned, { op: 'contrast', amount: 1.2 }])
})
