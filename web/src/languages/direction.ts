/** Whether the language of the page is written from right to left. */
export const isRightToLeft = (): boolean => globalThis.document?.documentElement.dir === 'rtl'

/** Where an arrow key leads in what is read one after the other: 1 is on, -1 back; null for other keys. Arrows go where they point. */
export function readingStep(key: string): 1 | -1 | null {
  if (key === 'ArrowRight') return isRightToLeft() ? -1 : 1
  if (key === 'ArrowLeft') return isRightToLeft() ? 1 : -1
  return null
}
