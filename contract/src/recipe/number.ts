import { z } from 'zod'

/** At most three decimals, and never -0: two numbers that look alike are one number. */
export function round3(value: number): number {
  const rounded = Math.round(value * 1000) / 1000
  return rounded === 0 ? 0 : rounded
}

/** A number from `min` to `max`, kept to three decimals (a slider's 0.30000000000000004 is 0.3). */
export function decimal(min: number, max: number) {
  return z
    .number({ error: `must be a number from ${min} to ${max}` })
    .overwrite(round3)
    .refine((value) => value >= min && value <= max, { error: `must be from ${min} to ${max}` })
    .meta({ minimum: min, maximum: max })
}

/** A whole number from `min` to `max`. */
export function whole(min: number, max: number) {
  const error = `must be a whole number from ${min} to ${max}`
  return z
    .number({ error })
    .int({ error })
    .min(min, { error })
    .max(max, { error })
    .overwrite((value) => (value === 0 ? 0 : value))
}

/** Whole degrees around the colour wheel; sharp knows no finer ones. */
export function wholeDegrees() {
  return whole(-360, 360).overwrite((value) => ((value % 360) + 360) % 360)
}

/** Degrees from -360 to 360, kept as 0 up to (not including) 360: -90 and 270 are one turn. */
export function degrees() {
  return decimal(-360, 360).overwrite((value) => round3(((value % 360) + 360) % 360))
}
