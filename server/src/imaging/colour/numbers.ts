/** CIE xy of a white and three primaries. */
export interface Chromaticities {
  white: readonly [number, number]
  red: readonly [number, number]
  green: readonly [number, number]
  blue: readonly [number, number]
}

/** How a value becomes light: a named function, or a power. */
export type Transfer = 'srgb' | 'linear' | 'pq' | 'hlg' | number

/** What colours mean that are described by numbers and not by a profile. */
export interface ColourNumbers {
  primaries: Chromaticities
  transfer: Transfer
  /** One channel. */
  grey?: boolean
  /** Values reach from 16 to 235 of 255, as in films. */
  limited?: boolean
}

const d65 = [0.3127, 0.329] as const
const illuminantC = [0.31, 0.316] as const
export const bt709: Chromaticities = { white: d65, red: [0.64, 0.33], green: [0.3, 0.6], blue: [0.15, 0.06] }
export const displayP3: Chromaticities = {
  white: d65,
  red: [0.68, 0.32],
  green: [0.265, 0.69],
  blue: [0.15, 0.06],
}
const smpte170: Chromaticities = { white: d65, red: [0.63, 0.34], green: [0.31, 0.595], blue: [0.155, 0.07] }

/** Colour primaries of ITU-T H.273, table 2. */
const primariesByCode: Readonly<Record<number, Chromaticities>> = {
  1: bt709,
  4: { white: illuminantC, red: [0.67, 0.33], green: [0.21, 0.71], blue: [0.14, 0.08] },
  5: { white: d65, red: [0.64, 0.33], green: [0.29, 0.6], blue: [0.15, 0.06] },
  6: smpte170,
  7: smpte170,
  8: { white: illuminantC, red: [0.681, 0.319], green: [0.243, 0.692], blue: [0.145, 0.049] },
  9: { white: d65, red: [0.708, 0.292], green: [0.17, 0.797], blue: [0.131, 0.046] },
  11: { white: [0.314, 0.351], red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06] },
  12: displayP3,
  22: { white: d65, red: [0.63, 0.34], green: [0.295, 0.605], blue: [0.155, 0.077] },
}

/** Transfer characteristics of ITU-T H.273, table 3; those of films stand beside. */
const transferByCode: Readonly<Record<number, Transfer>> = {
  4: 2.2,
  5: 2.8,
  8: 'linear',
  13: 'srgb',
  16: 'pq',
  17: 2.6,
  18: 'hlg',
}
const filmTransfers: ReadonlySet<number> = new Set([1, 6, 14, 15])

const isPlain = ({ primaries, transfer }: ColourNumbers): boolean =>
  primaries === bt709 && transfer === 'srgb'

/**
 * Code points of ITU-T H.273; null for what browsers take for sRGB: unknown and unspecified ones. Films' transfer
 * functions mean what a studio monitor shows (BT.1886, a power of 2.4); AVIF and HEIC say them by default of their
 * encoders and mean sRGB: `films` is then false.
 */
export function cicpNumbers(primaries: number, transfer: number, films: boolean): ColourNumbers | null {
  const filmed = films ? 2.4 : 'srgb'
  const numbers: ColourNumbers = {
    primaries: primariesByCode[primaries] ?? bt709,
    transfer: filmTransfers.has(transfer) ? filmed : (transferByCode[transfer] ?? 'srgb'),
  }
  return isPlain(numbers) ? null : numbers
}

/** Within five per cent a gamma is taken for that of sRGB (libpng's threshold). */
const gammaThreshold = 0.05

/** A file gamma and chromaticities, as a PNG has them; browsers take a gamma of 1/2.2 alone for sRGB. */
export function gammaNumbers(gamma: number, primaries: Chromaticities | null): ColourNumbers | null {
  if (!(gamma > 0.01 && gamma < 100)) return null
  if (primaries) return isSound(primaries) ? { primaries, transfer: 1 / gamma } : null
  return Math.abs(gamma * 2.2 - 1) < gammaThreshold ? null : { primaries: bt709, transfer: 1 / gamma }
}

export const srgbNumbers: ColourNumbers = { primaries: bt709, transfer: 'srgb' }

/** Points of the diagram that span an area: others have no matrix. */
function isSound({ white, red, green, blue }: Chromaticities): boolean {
  const points = [white, red, green, blue]
  if (!points.every(([x, y]) => x >= 0 && y > 0.0001 && x + y <= 1)) return false
  const area = (green[0] - red[0]) * (blue[1] - red[1]) - (blue[0] - red[0]) * (green[1] - red[1])
  return Math.abs(area) > 0.001
}

/** Code points of colour primaries and transfer characteristics in ITU-T H.273. */
export interface CodePoints {
  primaries: number
  transfer: number
}

/** The code points of HDR, which PQ or HLG makes it; null for everything else. */
export function hdrCodePoints({ primaries, transfer }: ColourNumbers): CodePoints | null {
  if (transfer !== 'pq' && transfer !== 'hlg') return null
  const code = Object.entries(primariesByCode).find(([, known]) => known === primaries)?.[0]
  return code === undefined ? null : { primaries: Number(code), transfer: transfer === 'pq' ? 16 : 18 }
}
