/** Whether the language of the page is written from right to left. */
export const isRightToLeft = (): boolean => globalThis.document?.documentElement.dir === 'rtl'

/** Letters of scripts from right to left, and signs that turn what follows them. */
const turning =
  /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u200e\u200f\u202a-\u202e\u2066-\u2069\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u

/** A name in a sentence keeps its own direction and turns nothing beside it: `<bdi>` for texts, in which there are no elements. */
export const isolated = (name: string): string =>
  (isRightToLeft() ? /[\p{L}\p{N}]/u : turning).test(name) ? `\u2068${name}\u2069` : name

/** Where an arrow key leads in what is read one after the other: 1 is on, -1 back; null for other keys. Arrows go where they point. */
export function readingStep(key: string): 1 | -1 | null {
  if (key === 'ArrowRight') return isRightToLeft() ? -1 : 1
  if (key === 'ArrowLeft') return isRightToLeft() ? 1 : -1
  return null
}
