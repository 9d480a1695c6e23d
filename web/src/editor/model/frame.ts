import type { Operation } from '@rendition/contract/recipe'
import { type Box, boxWithin, rotatedSize, type Size } from '../../painting/sizes.ts'
import { regionsBefore } from './regions.ts'
import { replaceFirst, type Steps } from './steps.ts'

/**
 * How the picture lies and what of it is seen: quarter turns, then mirrored and flipped, then straightened, then cut. Other
 * orders of the same are brought into this one, so that turning a cropped picture turns its crop.
 */
export interface Frame {
  /** Quarter turns clockwise, 0 to 3. */
  readonly turns: number
  readonly mirrored: boolean
  readonly flipped: boolean
  /** Degrees clockwise, -45 to 45. */
  readonly angle: number
  /** Of the picture that the rest leaves; null is all of it. */
  readonly crop: Box | null
  /** Of the corners that straightening lays bare. */
  readonly background: string
}

export const wholeFrame: Frame = {
  turns: 0,
  mirrored: false,
  flipped: false,
  angle: 0,
  crop: null,
  background: '00000000',
}

const isTurned = ({ mirrored, flipped }: Frame): boolean => mirrored !== flipped
const round3 = (value: number): number => Math.round(value * 1000) / 1000 + 0

/** The picture as it lies before it is straightened. */
export const lyingSize = ({ turns }: Frame, size: Size): Size => rotatedSize(size, turns * 90)

/** The picture that the crop is cut from. */
export const uncutSize = (frame: Frame, size: Size): Size => rotatedSize(lyingSize(frame, size), frame.angle)

/** A quarter turn of what is seen now. */
export function turn(frame: Frame, size: Size, clockwise: boolean): Frame {
  const from = uncutSize(frame, size)
  const by = clockwise !== isTurned(frame) ? 1 : 3
  const { crop } = frame
  const cut =
    crop === null
      ? null
      : clockwise
        ? { x: from.height - crop.y - crop.height, y: crop.x, width: crop.height, height: crop.width }
        : { x: crop.y, y: from.width - crop.x - crop.width, width: crop.height, height: crop.width }
  return within({ ...frame, turns: (frame.turns + by) % 4, crop: cut }, size)
}

/** What is seen now, left to right. */
export function mirror(frame: Frame, size: Size): Frame {
  const { width } = uncutSize(frame, size)
  const { crop } = frame
  const cut = crop === null ? null : { ...crop, x: width - crop.x - crop.width }
  return within({ ...frame, mirrored: !frame.mirrored, angle: 0 - frame.angle, crop: cut }, size)
}

/** What is seen now, top to bottom. */
export function flip(frame: Frame, size: Size): Frame {
  const { height } = uncutSize(frame, size)
  const { crop } = frame
  const cut = crop === null ? null : { ...crop, y: height - crop.y - crop.height }
  return within({ ...frame, flipped: !frame.flipped, angle: 0 - frame.angle, crop: cut }, size)
}

/** A crop that was left outside by rounding is brought inside. */
function within(frame: Frame, size: Size): Frame {
  if (frame.crop === null) return frame
  return { ...frame, crop: boxWithin(frame.crop, uncutSize(frame, size)) }
}

/**
 * The operations of a frame. Without straightening they stand in the order of a URL's parameters, the crop first: it is
 * then one of the picture as it came.
 */
export function operationsOfFrame(frame: Frame, size: Size): Operation[] {
  const { turns, mirrored, flipped, angle, crop, background } = frame
  const operations: Operation[] = []
  const plain = angle === 0
  if (plain && crop !== null) operations.push({ op: 'crop', ...uprightBox(frame, size, crop) })
  // The straightening is done with the turn; seen from before the mirror it goes the other way.
  const degrees = turns * 90 + (isTurned(frame) ? -angle : angle)
  const whole = round3(((degrees % 360) + 360) % 360)
  if (whole !== 0)
    operations.push({ op: 'rotate', angle: whole, background: plain ? '00000000' : background })
  if (flipped) operations.push({ op: 'flip' })
  if (mirrored) operations.push({ op: 'mirror' })
  if (!plain && crop !== null) operations.push({ op: 'crop', ...crop })
  return operations
}

/** The crop of a frame that is not straightened, in the picture before turns and mirrors. */
function uprightBox(frame: Frame, size: Size, crop: Box): Box {
  let box = crop
  const { width, height } = lyingSize(frame, size)
  if (frame.mirrored) box = { ...box, x: width - box.x - box.width }
  if (frame.flipped) box = { ...box, y: height - box.y - box.height }
  let at: Size = { width, height }
  for (let n = 0; n < frame.turns; n++) {
    box = { x: box.y, y: at.width - box.x - box.width, width: box.height, height: box.width }
    at = { width: at.height, height: at.width }
  }
  return box
}

/** The frame that a list begins with, and how many of its rows are that. Rows that are off are passed over. */
export function readFrame(steps: Steps, size: Size): { frame: Frame; count: number } {
  let frame = wholeFrame
  let count = regionsBefore(steps)
  for (const [index, { on, op }] of steps.entries()) {
    if (index < count) continue
    const next = on ? joined(frame, op, size) : frame
    if (next === null || (!on && !isOfFrame(op))) break
    frame = next
    count = index + 1
  }
  return { frame, count }
}

const isOfFrame = ({ op }: Operation): boolean =>
  op === 'crop' || op === 'rotate' || op === 'flip' || op === 'mirror'

/** The frame after one operation more; null where it is no frame any more. */
function joined(frame: Frame, op: Operation, size: Size): Frame | null {
  switch (op.op) {
    case 'flip':
      return flip(frame, size)
    case 'mirror':
      return mirror(frame, size)
    case 'crop': {
      const { x, y, width, height } = op
      const outer = frame.crop ?? { x: 0, y: 0, ...uncutSize(frame, size) }
      if (x + width > outer.width || y + height > outer.height) return null
      return { ...frame, crop: { x: outer.x + x, y: outer.y + y, width, height } }
    }
    case 'rotate':
      return rotated(frame, op.angle, op.background, size)
    default:
      return null
  }
}

function rotated(frame: Frame, degrees: number, background: string, size: Size): Frame | null {
  const quarters = Math.round(degrees / 90)
  const rest = round3(degrees - quarters * 90)
  // A picture that is cut or straightened already is not the one that an odd angle is about.
  if (rest !== 0 && (frame.angle !== 0 || frame.crop !== null)) return null
  let next = frame
  for (let n = 0; n < quarters % 4; n++) next = turn(next, size, true)
  return rest === 0 ? next : { ...next, angle: rest, background }
}

/** The list with another frame in front. */
export function writeFrame(steps: Steps, frame: Frame, size: Size): Steps {
  const { count } = readFrame(steps, size)
  return replaceFirst(steps, count, operationsOfFrame(frame, size), regionsBefore(steps))
}
