import { type Box, boxWithin, rotatedSize, type Size } from '../../painting/sizes.ts'

/** Which sides a handle moves: -1 the left or upper, 1 the right or lower, 0 neither. */
export interface Handle {
  readonly across: -1 | 0 | 1
  readonly down: -1 | 0 | 1
}

/** Width by height; null is free. */
export type Ratio = number | null

/** What a crop may lie in: a picture that lies in its bounds at an angle. */
export interface Room {
  /** The picture itself. */
  readonly size: Size
  /** Degrees. */
  readonly angle: number
}

const least = 16

/** Bounds of the room, which the crop's coordinates are of. */
export const boundsOf = ({ size, angle }: Room): Size => rotatedSize(size, angle)

/** Whether no corner of the box shows what is bare. */
export function liesIn(box: Box, room: Room): boolean {
  const bounds = boundsOf(room)
  if (box.x < 0 || box.y < 0 || box.x + box.width > bounds.width || box.y + box.height > bounds.height)
    return false
  if (room.angle % 90 === 0) return true
  const radians = (-room.angle * Math.PI) / 180
  const [sin, cos] = [Math.sin(radians), Math.cos(radians)]
  // A pixel at the edge is mixed with what is bare.
  const [halfWidth, halfHeight] = [room.size.width / 2 - 1, room.size.height / 2 - 1]
  return [0, 1, 2, 3].every((corner) => {
    const x = box.x + (corner % 2) * box.width - bounds.width / 2
    const y = box.y + (corner >> 1) * box.height - bounds.height / 2
    return Math.abs(x * cos - y * sin) <= halfWidth && Math.abs(x * sin + y * cos) <= halfHeight
  })
}

/** The largest box of a shape around the middle of the room. */
export function largest(room: Room, ratio: Ratio): Box {
  const bounds = boundsOf(room)
  const shape = ratio ?? room.size.width / room.size.height
  return shrunk(boxAround(bounds.width / 2, bounds.height / 2, bounds.width, shape, bounds), room)
}

/** A box about the same middle, as small as it must be to lie in the room. */
export function shrunk(box: Box, room: Room): Box {
  const whole = boxWithin(box, boundsOf(room))
  if (liesIn(whole, room)) return whole
  const middle = { x: whole.x + whole.width / 2, y: whole.y + whole.height / 2 }
  const scaled = (factor: number, towards: number): Box => {
    const width = Math.max(1, Math.floor(whole.width * factor))
    const height = Math.max(1, Math.floor(whole.height * factor))
    const bounds = boundsOf(room)
    // Towards the middle of the room as well: a box in a bare corner has no size at which it lies in it.
    const x = middle.x + (bounds.width / 2 - middle.x) * towards
    const y = middle.y + (bounds.height / 2 - middle.y) * towards
    return boxWithin({ x: x - width / 2, y: y - height / 2, width, height }, bounds)
  }
  for (const towards of [0, 0.25, 0.5, 0.75, 1]) {
    let [low, high] = [0, 1]
    for (let n = 0; n < 14; n++) {
      const factor = (low + high) / 2
      if (liesIn(scaled(factor, towards), room)) low = factor
      else high = factor
    }
    if (low > 0.5 || towards === 1) return scaled(low, towards)
  }
  return whole
}

function boxAround(x: number, y: number, most: number, ratio: number, bounds: Size): Box {
  const width = Math.min(most, bounds.width, bounds.height * ratio)
  const height = width / ratio
  return boxWithin({ x: x - width / 2, y: y - height / 2, width, height }, bounds)
}

/** Another shape, with the same middle and about the same area. */
export function withRatio(box: Box, ratio: Ratio, room: Room): Box {
  if (ratio === null) return box
  const bounds = boundsOf(room)
  const width = Math.sqrt(box.width * box.height * ratio)
  const fitted = boxAround(box.x + box.width / 2, box.y + box.height / 2, width, ratio, bounds)
  return shrunk(fitted, room)
}

/** Moves the box, as far as the room goes. */
export function moved(box: Box, by: { x: number; y: number }, room: Room): Box {
  return furthest(box, (share) => ({ ...box, x: box.x + by.x * share, y: box.y + by.y * share }), room)
}

/** Moves the sides of one handle, the opposite ones stay; with a ratio the other side follows. */
export function resized(
  box: Box,
  handle: Handle,
  by: { x: number; y: number },
  ratio: Ratio,
  room: Room,
): Box {
  return furthest(box, (share) => stretched(box, handle, { x: by.x * share, y: by.y * share }, ratio), room)
}

function stretched(box: Box, { across, down }: Handle, by: { x: number; y: number }, ratio: Ratio): Box {
  let width = Math.max(least, box.width + across * by.x)
  let height = Math.max(least, box.height + down * by.y)
  if (ratio !== null) {
    // The side that was moved further says how large.
    if (across === 0 || (down !== 0 && Math.abs(by.y) * ratio > Math.abs(by.x))) width = height * ratio
    else height = width / ratio
  }
  const x = across === -1 ? box.x + box.width - width : across === 0 ? box.x + (box.width - width) / 2 : box.x
  const y = down === -1 ? box.y + box.height - height : down === 0 ? box.y + (box.height - height) / 2 : box.y
  return { x, y, width, height }
}

/** As much of a change as lies in the room. */
function furthest(box: Box, change: (share: number) => Box, room: Room): Box {
  const bounds = boundsOf(room)
  const rounded = (share: number): Box => {
    const { x, y, width, height } = change(share)
    return { x: Math.round(x), y: Math.round(y), width: Math.round(width), height: Math.round(height) }
  }
  const whole = rounded(1)
  if (liesIn(whole, room)) return whole
  let [low, high] = [0, 1]
  for (let n = 0; n < 14; n++) {
    const share = (low + high) / 2
    if (liesIn(rounded(share), room)) low = share
    else high = share
  }
  return low === 0 ? boxWithin(box, bounds) : rounded(low)
}
