import { snapToLadder } from '@rendition/contract/delivery'
import type { Gamut } from '@rendition/contract/recipe'

/** Request headers with client hints, by lower-case name. */
export type HintHeaders = Readonly<Record<string, string | string[] | undefined>>

export interface Hints {
  /** What `auto` stands for; absent when the URL did not ask. */
  width?: number
  dpr?: number
  gamut?: Gamut
  /** Headers that were looked at: exactly these go into `Vary`. */
  consulted: string[]
}

/** Device pixel ratios that pictures are made for. */
export const dprLadder: readonly number[] = [1, 1.5, 2, 3]
/** Asked of browsers in `Accept-CH` on answers that use hints. */
export const acceptClientHints = 'Sec-CH-DPR, Sec-CH-Width, Sec-CH-Viewport-Width, Sec-CH-Color-Gamut'
/**
 * No client hint for `color-gamut` is standardised, and no browser sends one: the name that the others' pattern would
 * give it, and one that scripts and proxies may set (`Sec-` is forbidden to them). Values are those of the media feature.
 */
export const gamutHints = ['Sec-CH-Color-Gamut', 'Color-Gamut'] as const
const wideGamuts: ReadonlySet<string> = new Set(['p3', 'rec2020'])

export interface HintRules {
  /** Ascending. */
  ladder: readonly number[]
  autoWidth: number
  /** The picture's own width: hints never ask for more, by more than one step. */
  pictureWidth: number
}

/**
 * Client hints, read only for what the URL left to them and snapped to the ladders: headers lie outside the
 * signature, so they must not widen the set of pictures that can be made.
 */
export function readHints(
  asked: { width: boolean; dpr: boolean; gamut?: boolean },
  headers: HintHeaders,
  rules: HintRules,
): Hints {
  const consulted: string[] = []
  const read = (names: readonly string[], limit: number): number | null => {
    for (const name of names) {
      consulted.push(name)
      const value = headers[name.toLowerCase()]
      if (typeof value !== 'string' || !/^\d{1,6}(\.\d{1,6})?$/.test(value)) continue
      const number = Number(value)
      if (number > 0 && number <= limit) return number
    }
    return null
  }
  const hints: Hints = { consulted }
  // Sec-CH-Width counts device pixels already.
  const exact = asked.width ? read(['Sec-CH-Width', 'Width'], 65_535) : null
  if (asked.dpr) {
    const ratio = exact === null ? (read(['Sec-CH-DPR', 'DPR'], 10) ?? 1) : 1
    hints.dpr = snapToLadder(ratio, dprLadder)
  }
  if (asked.width) {
    const viewport = exact === null ? read(['Sec-CH-Viewport-Width', 'Viewport-Width'], 65_535) : null
    const wanted = exact ?? viewport ?? rules.autoWidth
    hints.width = snapToLadder(Math.min(wanted, rules.pictureWidth), rules.ladder)
  }
  if (asked.gamut) {
    consulted.push(...gamutHints)
    const wide = gamutHints.some((name) => isWide(headers[name.toLowerCase()]))
    hints.gamut = wide ? 'p3' : 'srgb'
  }
  return hints
}

/** A token or a string (RFC 9651). */
const isWide = (value: string | string[] | undefined): boolean =>
  typeof value === 'string' && wideGamuts.has(value.replace(/^"(.*)"$/, '$1'))
