import { expect, test } from 'vitest'
import { wheelFactor } from './wheel-factor.ts'

const event = (deltaY: number, part: { deltaMode?: number; ctrlKey?: boolean } = {}) => ({
  deltaY,
  deltaMode: 0,
  ctrlKey: false,
  ...part,
})

test('a notch grows a picture by a quarter, whatever the browser counts in, and one back undoes it', () => {
  expect(wheelFactor(event(-120))).toBeCloseTo(1.27, 2)
  expect(wheelFactor(event(-3, { deltaMode: 1 }))).toBeCloseTo(1.27, 2)
  expect(wheelFactor(event(-120)) * wheelFactor(event(120))).toBeCloseTo(1)
})

test('no event is more than two notches, and fingers on a pad are followed', () => {
  expect(wheelFactor(event(-5_000))).toBeCloseTo(wheelFactor(event(-240)))
  expect(wheelFactor(event(-1, { deltaMode: 2 }))).toBeCloseTo(wheelFactor(event(-240)))
  expect(wheelFactor(event(-4, { ctrlKey: true }))).toBeCloseTo(1.04, 2)
  expect(wheelFactor(event(-120, { ctrlKey: true }))).toBeCloseTo(1.27, 2)
})
