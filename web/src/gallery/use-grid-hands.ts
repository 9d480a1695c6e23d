import { type ChangeEvent, type KeyboardEvent, type MouseEvent as ReactMouseEvent, useRef } from 'react'
import { useLocation } from 'wouter'
import { focusTile, neighbourOf } from './move-focus.ts'
import { useLongPress } from './use-long-press.ts'

/** Tells the viewer that Back leads here. */
const openedFromGallery = { fromGallery: true }

type Toggle = (id: string, range: boolean) => void

const tileAt = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>('[data-tile]') : null
/** Of a tile, or of its box, which keeps the focus when it was clicked. */
const tileBy = (target: Element): HTMLElement | null =>
  target.closest('li')?.querySelector<HTMLElement>('[data-tile]') ?? null

/**
 * What clicks, keys and fingers do to the tiles, heard once for all of them: handlers and a subscription to the address
 * for each tile were a third of what it cost.
 *
 * @param onToggle null where nothing may be selected
 * @param selecting while something is selected, a click selects
 */
export function useGridHands(onToggle: Toggle | null, selecting: boolean) {
  const [, navigate] = useLocation()
  const held = useRef<string | null>(null)
  const longPress = useLongPress((target) => {
    const id = tileBy(target)?.dataset.tile
    if (id === undefined || onToggle === null) return
    held.current = id
    onToggle(id, false)
  })

  const onClick = (event: ReactMouseEvent) => {
    const tile = tileAt(event.target)
    const id = tile?.dataset.tile
    if (tile === null || id === undefined || event.defaultPrevented) return
    const pressed = held.current === id
    held.current = null
    if (event.ctrlKey || event.metaKey || event.altKey || event.button !== 0) return
    // Left to the browser, a click with Shift opens a window.
    if (onToggle !== null && (selecting || event.shiftKey || pressed)) {
      event.preventDefault()
      if (!pressed) onToggle(id, event.shiftKey)
      return
    }
    if (event.shiftKey) return
    event.preventDefault()
    navigate(tile.getAttribute('href') ?? '/', { state: openedFromGallery })
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const { target, key } = event
    if (event.ctrlKey || event.metaKey || event.altKey || !(target instanceof HTMLElement)) return
    const tile = tileBy(target)
    const id = tile?.dataset.tile
    if (tile === null || id === undefined) return
    if (key === 'x' && onToggle !== null) {
      event.preventDefault()
      onToggle(id, event.shiftKey)
      return
    }
    const next = neighbourOf(tile, key)
    if (next === null) return
    event.preventDefault()
    focusTile(next)
  }
  const onChange = ({ target, nativeEvent }: ChangeEvent<HTMLElement>) => {
    const id = target.dataset.select
    const range = nativeEvent instanceof MouseEvent && nativeEvent.shiftKey
    if (id !== undefined) onToggle?.(id, range)
  }
  return {
    onClick,
    onKeyDown,
    onChange,
    ...longPress,
    onPointerDown: (event: Parameters<typeof longPress.onPointerDown>[0]) => {
      held.current = null
      longPress.onPointerDown(event)
    },
  }
}
