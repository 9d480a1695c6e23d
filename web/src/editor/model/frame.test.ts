import type { Operation } from '@rendition/contract/recipe'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Size, sizeAfter, sizeBehind } from '../../painting/sizes.ts'
import {
  type Frame,
  flip,
  mirror,
  operationsOfFrame,
  readFrame,
  turn,
  uncutSize,
  wholeFrame,
  writeFrame,
} from './frame.ts'
import { stepsOf } from './steps.ts'

const size: Size = { width: 60, height: 40 }
type Point = readonly [number, number]

/** Where the pixel at a place of the result came from; null outside. For turns, mirrors and crops alone. */
function originOf(operations: readonly Operation[], at: Point): Point {
  let sizes: Size[] = [size]
  for (const op of operations) sizes = [...sizes, sizeAfter(op, sizes.at(-1) ?? size)]
  let [x, y] = at
  for (let n = operations.length - 1; n >= 0; n--) {
    const op = operations[n]
    const { width, height } = sizes[n] ?? size
    if (op?.op === 'crop') [x, y] = [x + op.x, y + op.y]
    if (op?.op === 'mirror') x = width - 1 - x
    if (op?.op === 'flip') y = height - 1 - y
    if (op?.op === 'rotate')
      for (let turns = 0; turns < op.angle / 90; turns++) {
        const lies =
          (op.angle / 90 - turns - 1) % 2 === 0 ? { width, height } : { width: height, height: width }
        ;[x, y] = [y, lies.height - 1 - x]
      }
  }
  return [x, y]
}

const crop = fc
  .tuple(fc.nat(9), fc.nat(9), fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 30 }))
  .map(([x, y, width, height]): Operation => ({ op: 'crop', x, y, width, height }))
const plain = fc.oneof(
  fc.constantFrom(90, 180, 270).map((angle): Operation => ({ op: 'rotate', angle, background: '00000000' })),
  fc.constantFrom<Operation>({ op: 'mirror' }, { op: 'flip' }),
)
/** Whatever order turns, mirrors and one crop come in. */
const list = fc
  .tuple(fc.array(plain, { maxLength: 5 }), crop, fc.array(plain, { maxLength: 5 }))
  .map(([before, cut, after]) => [...before, cut, ...after])

test('turns, mirrors and a crop in any order are one frame, and its operations give the same picture', () => {
  fc.assert(
    fc.property(list, (operations) => {
      const { frame, count } = readFrame(stepsOf(operations), size)
      expect(count).toBe(operations.length)
      const written = operationsOfFrame(frame, size)
      const result = sizeBehind(operations, size)
      expect(sizeBehind(written, size)).toEqual(result)
      const corners: Point[] = [
        [0, 0],
        [result.width - 1, 0],
        [0, result.height - 1],
      ]
      for (const corner of corners) expect(originOf(written, corner)).toEqual(originOf(operations, corner))
      // In the order of a URL's parameters, each at most once
      const order = ['crop', 'rotate', 'flip', 'mirror']
      const places = written.map(({ op }) => order.indexOf(op))
      expect(places).toEqual([...places].sort())
      expect(new Set(places).size).toBe(places.length)
    }),
  )
})

test('a straightened frame is read back as it was written', () => {
  const frames = fc.record({
    turns: fc.nat(3),
    mirrored: fc.boolean(),
    flipped: fc.boolean(),
    angle: fc.integer({ min: -440, max: 440 }).map((tenths) => tenths / 10),
    crop: fc.constant(null),
    background: fc.constant('00000000'),
  })
  fc.assert(
    fc.property(frames, (frame: Frame) => {
      const cut = { ...frame, crop: { x: 3, y: 4, width: 12, height: 9 } }
      const operations = operationsOfFrame(cut, size)
      const again = operationsOfFrame(readFrame(stepsOf(operations), size).frame, size)
      expect(again).toEqual(operations)
    }),
  )
})

test('four turns, two mirrors and two flips change nothing, straightened or not', () => {
  const frame: Frame = { ...wholeFrame, angle: 7, crop: { x: 5, y: 6, width: 20, height: 11 } }
  const turned = [1, 2, 3, 4].reduce((now) => turn(now, size, true), frame)
  expect(turned).toEqual(frame)
  expect(turn(turn(frame, size, true), size, false)).toEqual(frame)
  expect(mirror(mirror(frame, size), size)).toEqual(frame)
  expect(flip(flip(frame, size), size)).toEqual(frame)
  expect(mirror(frame, size).angle).toBe(-7)
})

test('a turn of a cropped picture turns the crop with it', () => {
  const cut = { ...wholeFrame, crop: { x: 0, y: 0, width: 30, height: 10 } }
  const turned = turn(cut, size, true)
  expect(uncutSize(turned, size)).toEqual({ width: 40, height: 60 })
  expect(turned.crop).toEqual({ x: 30, y: 0, width: 10, height: 30 })
})

test('what the frame is not stays where it is, with rows that are off', () => {
  const steps = stepsOf([
    { op: 'crop', x: 1, y: 1, width: 20, height: 20 },
    { op: 'blur', sigma: 2 },
    { op: 'mirror' },
  ])
  expect(readFrame(steps, size).count).toBe(1)
  const written = writeFrame(steps, { ...wholeFrame, turns: 1 }, size)
  expect(written.map(({ op }) => op.op)).toEqual(['rotate', 'blur', 'mirror'])
  const off = writeFrame(
    steps.map((step) => ({ ...step, on: step.op.op !== 'crop' })),
    { ...wholeFrame, flipped: true },
    size,
  )
  expect(off.map(({ on, op }) => [on, op.op])).toEqual([
    [true, 'flip'],
    [false, 'crop'],
    [true, 'blur'],
    [true, 'mirror'],
  ])
})

test('an odd angle on what is cut already is a step of its own', () => {
  const steps = stepsOf([
    { op: 'crop', x: 0, y: 0, width: 20, height: 20 },
    { op: 'rotate', angle: 10, background: '00000000' },
  ])
  expect(readFrame(steps, size).count).toBe(1)
})
