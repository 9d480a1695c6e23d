import { readingStep } from '../languages/direction.ts'

const tileOf = (id: string): HTMLElement | null => document.querySelector(`[data-tile="${CSS.escape(id)}"]`)

/** Puts the focus on an image's tile, scrolled into view. */
export function focusTile(id: string): boolean {
  const tile = tileOf(id)
  tile?.scrollIntoView({ block: 'nearest' })
  tile?.focus({ preventScroll: true })
  return tile !== null
}

/** Puts the focus on the photo that the Tab key would stop at. */
export function focusGrid(): void {
  document.querySelector<HTMLElement>('[data-tile][tabindex="0"]')?.focus({ preventScroll: true })
}

/** Which image lies in the direction of an arrow key; null at the edges and for other keys. */
export function neighbourOf(from: HTMLElement, key: string): string | null {
  const tiles = [...document.querySelectorAll<HTMLElement>('[data-tile]')]
  const at = tiles.indexOf(from)
  const step = readingStep(key)
  if (step !== null) return idOf(tiles[at + step])
  if (key === 'Home') return idOf(tiles[0])
  if (key === 'End') return idOf(tiles.at(-1))
  if (key === 'ArrowUp')
    return idOf(nearest(from, tiles.slice(0, at).reverse(), (a, b) => a.bottom <= b.top + 1))
  if (key === 'ArrowDown') return idOf(nearest(from, tiles.slice(at + 1), (a, b) => a.top >= b.bottom - 1))
  return null
}

/** Of the first row met that lies beyond, the tile whose middle is nearest. */
function nearest(
  from: HTMLElement,
  candidates: readonly HTMLElement[],
  beyond: (candidate: DOMRect, from: DOMRect) => boolean,
): HTMLElement | undefined {
  const origin = from.getBoundingClientRect()
  const middle = origin.left + origin.width / 2
  let best: HTMLElement | undefined
  let bestDistance = Number.POSITIVE_INFINITY
  let rowTop: number | null = null
  for (const candidate of candidates) {
    const place = candidate.getBoundingClientRect()
    if (!beyond(place, origin)) continue
    rowTop ??= place.top
    if (Math.abs(place.top - rowTop) > 12) break
    const distance = Math.abs(place.left + place.width / 2 - middle)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

function idOf(tile: HTMLElement | undefined): string | null {
  return tile?.dataset.tile ?? null
}
