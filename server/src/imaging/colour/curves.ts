import type { Transfer } from './numbers.ts'

/** Linear light of a value of sRGB, both 0 to 1 (IEC 61966-2-1). */
export function srgbLight(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}

/** Back: the value of sRGB for linear light. */
export function srgbValue(light: number): number {
  return light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055
}

/** Candelas a square metre of a value of PQ (SMPTE ST 2084). */
export function pqLuminance(value: number): number {
  const root = Math.max(value, 0) ** (1 / 78.84375)
  return 10_000 * (Math.max(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (1 / 0.1593017578125)
}

/** Light before the camera of a value of HLG, 0 to 1 (ITU-R BT.2100). */
export function hlgScene(value: number): number {
  return value <= 0.5 ? value ** 2 / 3 : (Math.exp((value - 0.55991073) / 0.17883277) + 0.28466892) / 12
}

/** Candelas a square metre of a screen that HLG is shown on, and the power that such a screen has. */
export const hlgPeak = 1000
export const hlgPower = 1.2

/** What a value means as light, for the functions without a tone curve. */
export function lightOf(transfer: Exclude<Transfer, 'pq' | 'hlg'>, value: number): number {
  if (transfer === 'srgb') return srgbLight(value)
  return transfer === 'linear' ? value : value ** transfer
}

/** White of a diffuse surface, in candelas a square metre (ITU-R BT.2408); brighter are highlights. */
const referenceWhite = 203
/** What is still told from white. */
const brightest = 1000
/** The light that reference white gets, which leaves the other half to highlights. */
const whiteLight = 0.5
/** Where the tangent at reference white meets the one at the end. */
const bend = { luminance: 330, light: 330 / (referenceWhite / whiteLight) }

/**
 * The tone curve from HDR to SDR: candelas to linear light, 0 to 1. A straight line to reference white, then a
 * quadratic Bézier curve to 1,000 cd/m²: what Chromium 156 shows on an SDR screen, within two levels of 255.
 */
export function toneMap(luminance: number): number {
  if (luminance <= referenceWhite) return (luminance / referenceWhite) * whiteLight
  if (luminance >= brightest) return 1
  // The curve's place where its luminance is the one asked for
  const a = referenceWhite - 2 * bend.luminance + brightest
  const b = 2 * (bend.luminance - referenceWhite)
  const c = referenceWhite - luminance
  const t = (-b + Math.sqrt(b * b - 4 * a * c)) / (2 * a)
  return (1 - t) ** 2 * whiteLight + 2 * t * (1 - t) * bend.light + t * t
}
