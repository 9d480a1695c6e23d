import type { Box, Size } from '../../painting/sizes.ts'
import { largest, type Ratio, shrunk } from './crop-box.ts'
import { type Frame, lyingSize, uncutSize } from './frame.ts'

/**
 * The frame at another angle, without bare corners. A crop that is all there was room for is so again, and none at all where the
 * picture is upright and no shape was chosen: who turns back gets back what was cut. One that was made by hand is moved and made
 * smaller as far as it must be.
 */
export function straightened(frame: Frame, angle: number, size: Size, ratio: Ratio): Frame {
  const lying = lyingSize(frame, size)
  const room = { size: lying, angle }
  const before = uncutSize(frame, size)
  const after = uncutSize({ ...frame, angle }, size)
  const { crop } = frame
  const asLarge = crop === null || isSame(crop, largest({ size: lying, angle: frame.angle }, ratio))
  const next = asLarge
    ? largest(room, ratio)
    : shrunk(
        {
          ...crop,
          x: crop.x + (after.width - before.width) / 2,
          y: crop.y + (after.height - before.height) / 2,
        },
        room,
      )
  const isWhole = next.width === after.width && next.height === after.height
  return { ...frame, angle, crop: isWhole ? null : next }
}

const isSame = (one: Box, other: Box): boolean =>
  one.x === other.x && one.y === other.y && one.width === other.width && one.height === other.height
