import { type DragEvent, type PointerEvent, useEffect, useRef, useState } from 'react'

/** Marks what is dragged as photos of this page; files from elsewhere, which are uploads, have another kind. */
const kind = 'application/x-rendition-photos'

export const dragsPhotos = ({ dataTransfer }: { dataTransfer: DataTransfer | null }): boolean =>
  dataTransfer?.types.includes(kind) === true

const tileAt = (target: EventTarget | null): HTMLElement | null =>
  target instanceof Element ? (target.closest('li')?.querySelector<HTMLElement>('[data-tile]') ?? null) : null

interface GridDragOptions {
  selected: ReadonlySet<string>
  /** Photos are put in front of another, or behind it, by dropping them on it; null where the list has no order of its own. */
  onDropAt: ((ids: ReadonlySet<string>, at: string, behind: boolean) => void) | null
  /** Whether anything may be dragged. */
  wanted: boolean
}

/**
 * Photos that are dragged by a mouse: the one that is taken hold of, or with it all that are selected. Fingers drag nothing, since
 * theirs is the long press that selects.
 */
export function useGridDrag({ selected, onDropAt, wanted }: GridDragOptions) {
  const [dragged, setDragged] = useState<ReadonlySet<string> | null>(null)
  const goal = useRef<HTMLElement | null>(null)
  const ids = useRef<ReadonlySet<string>>(new Set())

  const mark = (tile: HTMLElement | null, side: 'before' | 'behind' = 'before') => {
    if (goal.current !== tile) goal.current?.removeAttribute('data-drop')
    goal.current = tile
    tile?.setAttribute('data-drop', side)
  }
  const end = () => {
    mark(null)
    setDragged(null)
  }
  // A tile that leaves the page while it is dragged does not tell that it was let go of.
  useEffect(() => {
    if (dragged === null) return
    const ended = () => {
      goal.current?.removeAttribute('data-drop')
      setDragged(null)
    }
    for (const type of ['dragend', 'drop', 'pointerdown']) window.addEventListener(type, ended)
    return () => {
      for (const type of ['dragend', 'drop', 'pointerdown']) window.removeEventListener(type, ended)
    }
  }, [dragged])

  const sideOf = (tile: HTMLElement, x: number): 'before' | 'behind' => {
    const { left, width } = tile.getBoundingClientRect()
    return x > left + width / 2 ? 'behind' : 'before'
  }
  const hands = {
    onPointerDownCapture({ pointerType, target }: PointerEvent) {
      const tile = tileAt(target)
      if (tile !== null) tile.draggable = wanted && pointerType === 'mouse'
    },
    onDragStart(event: DragEvent) {
      const id = tileAt(event.target)?.dataset.tile
      if (id === undefined || !wanted) return
      ids.current = selected.has(id) ? selected : new Set([id])
      event.dataTransfer.setData(kind, String(ids.current.size))
      event.dataTransfer.effectAllowed = 'copyMove'
      // Chromium ends a drag at once when the page changes under it in its first moment.
      setTimeout(() => setDragged(ids.current))
    },
    onDragOver(event: DragEvent) {
      if (onDropAt === null || !dragsPhotos(event)) return
      const tile = tileAt(event.target)
      const id = tile?.dataset.tile
      if (tile === null || id === undefined || ids.current.has(id)) return mark(null)
      event.preventDefault()
      event.dataTransfer.dropEffect = 'move'
      mark(tile, sideOf(tile, event.clientX))
    },
    onDrop(event: DragEvent) {
      if (onDropAt === null || !dragsPhotos(event)) return
      const tile = tileAt(event.target)
      const id = tile?.dataset.tile
      if (tile === null || id === undefined || ids.current.has(id)) return end()
      event.preventDefault()
      onDropAt(ids.current, id, sideOf(tile, event.clientX) === 'behind')
      end()
    },
    onDragEnd: end,
  }
  return { dragged, hands }
}
