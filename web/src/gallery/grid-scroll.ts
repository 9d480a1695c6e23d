import { chunksWithin, noRows, type RowsShown, rowsShown, sameRows } from './grid-rows.ts'
import { type GridWindow, nextWindow } from './grid-window.ts'
import type { PlacedChunk } from './layout.ts'

/** Tells every chunk which of its rows are in the page while one scrolls. */
export interface GridScroll {
  /** Where chunks stand now. */
  place(placed: readonly PlacedChunk[]): void
  rowsOf(key: string): RowsShown
  subscribe(key: string, listener: () => void): () => void
  /** Follows the page's scrolling, until the answer is called. */
  follow(gallery: HTMLElement): () => void
}

/**
 * One listener and one look at the layout a frame for the whole gallery, before anything is changed in it. An observer for
 * each chunk told too late and all at once: sixty tiles in one task.
 */
export function createGridScroll(): GridScroll {
  let gallery: HTMLElement | null = null
  let placed: readonly PlacedChunk[] = []
  let window_: GridWindow | null = null
  let shown = new Map<string, RowsShown>()
  let frame = 0
  let last: { top: number; at: number } | null = null
  const listeners = new Map<string, () => void>()

  const tell = (): void => {
    const next = new Map<string, RowsShown>()
    if (window_ !== null)
      for (const chunk of chunksWithin(placed, window_.present)) {
        const rows = rowsShown(chunk, window_)
        const before = shown.get(chunk.chunk.key)
        next.set(chunk.chunk.key, before !== undefined && sameRows(before, rows) ? before : rows)
      }
    const before = shown
    shown = next
    for (const key of new Set([...before.keys(), ...next.keys()]))
      if (before.get(key) !== next.get(key)) listeners.get(key)?.()
  }
  const look = (at: number): void => {
    frame = 0
    if (gallery === null) return
    const top = -gallery.getBoundingClientRect().top
    const speed = last === null || at <= last.at ? 0 : (top - last.top) / (at - last.at)
    last = { top, at }
    const next = nextWindow(window_, { top, bottom: top + window.innerHeight, speed })
    window_ = next.window
    gallery.toggleAttribute('data-moving', speed !== 0)
    tell()
    if (next.settled) last = null
    else soon()
  }
  const soon = (): void => {
    frame ||= requestAnimationFrame(look)
  }

  return {
    place(next) {
      placed = next
      if (window_ === null) look(performance.now())
      else tell()
      soon()
    },
    rowsOf: (key) => shown.get(key) ?? noRows,
    subscribe(key, listener) {
      listeners.set(key, listener)
      return () => listeners.delete(key)
    },
    follow(element) {
      gallery = element
      // In every frame that has one, and before its layout: what follows is in the same frame.
      window.addEventListener('scroll', soon, { passive: true })
      window.addEventListener('resize', soon)
      const observer = new ResizeObserver(soon)
      observer.observe(document.body)
      return () => {
        cancelAnimationFrame(frame)
        frame = 0
        gallery = null
        window_ = null
        last = null
        observer.disconnect()
        window.removeEventListener('scroll', soon)
        window.removeEventListener('resize', soon)
      }
    },
  }
}
