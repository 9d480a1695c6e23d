import type { Rendition } from '@rendition/contract'

/** A rendition by the parameters of its URL. */
export interface RecentUse
  extends Pick<Rendition, 'key' | 'width' | 'height' | 'format' | 'size' | 'usedAt'> {
  what: string
}

const usesShown = 8
const makingMs = 60_000
const recentMs = 30 * 24 * 3600 * 1000

/** What of an image was asked for by URLs in the last thirty days, the last first. A size of the page's own names its preset. */
export function recentUses(renditions: readonly Rendition[], now: number): RecentUse[] {
  return renditions
    .flatMap(({ name, asked, ...rendition }) => {
      // Presets are made with the upload; one that was asked for since was used later than it was made.
      const since = Date.parse(rendition.usedAt) - Date.parse(rendition.createdAt)
      const what = asked ?? (name === null || since < makingMs ? null : `preset=${name}`)
      return what === null || now - Date.parse(rendition.usedAt) > recentMs ? [] : [{ ...rendition, what }]
    })
    .sort((a, b) => b.usedAt.localeCompare(a.usedAt))
    .slice(0, usesShown)
}
