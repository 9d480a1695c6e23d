/** How often each brightness occurs, of each colour, in `bins` of equal width; and how much is at either end. */
export interface Tones {
  red: readonly number[]
  green: readonly number[]
  blue: readonly number[]
  /** Shares of the pixels that are quite black and quite white. */
  black: number
  white: number
}

export const bins = 64
const perBin = 256 / bins
/** Of 255; brighter and darker than that is no longer told from white and black. */
const nearBlack = 2
const nearWhite = 253

/** Counts pixels as a canvas gives them; what is more clear than not is none. null where there is nothing to count. */
export function tonesOf(data: ArrayLike<number>): Tones | null {
  const counts = [0, 1, 2].map(() => new Array<number>(bins).fill(0))
  let all = 0
  let black = 0
  let white = 0
  for (let at = 0; at + 3 < data.length; at += 4) {
    if ((data[at + 3] ?? 0) < 128) continue
    all++
    let least = 255
    let most = 0
    for (const [c, count] of counts.entries()) {
      const level = data[at + c] ?? 0
      const bin = Math.floor(level / perBin)
      count[bin] = (count[bin] ?? 0) + 1
      least = Math.min(least, level)
      most = Math.max(most, level)
    }
    if (most <= nearBlack) black++
    if (least >= nearWhite) white++
  }
  if (all === 0) return null
  const [red = [], green = [], blue = []] = counts
  return { red, green, blue, black: black / all, white: white / all }
}

/**
 * The outline of one colour in a box of `bins` by 1, as a path. A picture with much of one brightness, such as black at its
 * borders, would press everything else flat: what is over `most` is cut.
 */
export function outlineOf(counts: readonly number[], most: number): string {
  const points = counts.map((count, bin) => `L${bin + 0.5} ${(1 - Math.min(1, count / most)).toFixed(3)}`)
  return `M0 1${points.join('')}L${bins} 1Z`
}

/** What an outline is drawn against: the most of any brightness, the ends left out. */
export function heightOf({ red, green, blue }: Tones): number {
  return Math.max(1, ...[red, green, blue].flatMap((counts) => counts.slice(1, -1)))
}
