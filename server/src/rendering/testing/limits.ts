import type { ImagingLimits } from '../port.ts'

export const limits: ImagingLimits = {
  stillPixels: 100e6,
  animatedPixels: 100e6,
  frames: 1_000,
  side: 32_767,
  outputSide: 16_383,
  outputPixels: 100e6,
}
