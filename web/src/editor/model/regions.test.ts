import type { Operation } from '@rendition/contract/recipe'
import { expect, test } from 'vitest'
import { fitCrops } from '../../painting/sizes.ts'
import { readFrame, writeFrame } from './frame.ts'
import { addRegion, regionsOf } from './regions.ts'
import { operationsOf, stepsOf } from './steps.ts'

const size = { width: 400, height: 300 }
const crop: Operation = { op: 'crop', x: 10, y: 20, width: 100, height: 90 }

test('a region comes before the frame, and stays where it is when that changes', () => {
  const { steps, id } = addRegion(stepsOf([crop, { op: 'blur', sigma: 2 }]), size)
  expect(operationsOf(steps).map(({ op }) => op)).toEqual(['redact', 'crop', 'blur'])
  expect(regionsOf(steps).map((step) => step.id)).toEqual([id])
  const { frame, count } = readFrame(steps, size)
  expect(count).toBe(2)
  expect(frame.crop).toEqual({ x: 10, y: 20, width: 100, height: 90 })
  const turned = writeFrame(steps, { ...frame, crop: null, turns: 1 }, size)
  expect(operationsOf(turned).map(({ op }) => op)).toEqual(['redact', 'rotate', 'blur'])
  expect(turned[0]).toBe(steps[0])
  expect(new Set(turned.map((step) => step.id)).size).toBe(turned.length)
})

test('a second region comes behind the first, and one behind other steps is none that is moved by hand', () => {
  const region: Operation = { op: 'redact', x: 0, y: 0, width: 9, height: 9, how: 'blur', amount: 4 }
  const steps = stepsOf([region, crop, region])
  expect(regionsOf(steps)).toHaveLength(1)
  expect(regionsOf(addRegion(steps, size).steps).map((step) => step.id)).toEqual([1, 4])
})

test('a region that another order leaves outside is brought inside, and never left out', () => {
  const region: Operation = { op: 'redact', x: 300, y: 200, width: 80, height: 80, how: 'blur', amount: 4 }
  expect(fitCrops([crop, region], size)[1]).toEqual({ ...region, x: 20, y: 10 })
})
