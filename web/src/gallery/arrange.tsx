import { type RefObject, useEffect, useRef, useState } from 'react'
import { useAlbumOrder } from '../state/album-order.ts'
import { useFilter } from '../state/filter.ts'
import { stepOf } from '../state/moved-before.ts'
import { useImages } from '../state/use-images.ts'
import { useSelection } from '../state/use-selection.ts'
import { AlbumGoals } from './album-goals.tsx'
import { hearDrags } from './hear-drags.ts'
import { focusTile } from './move-focus.ts'
import { isMarkKey, useMarkKeys } from './use-mark-keys.ts'

interface ArrangeProps {
  gallery: RefObject<HTMLElement | null>
  selected: ReadonlySet<string>
  /** The viewer is over it, and hears the keys. */
  covered: boolean
  /** A key that was pressed before this was there, and that nobody else may have heard. */
  early: RefObject<KeyboardEvent | null>
}

/** What dragging does, the keys that put an album in order, and those that mark: fetched when a mouse comes, or a photo has the focus. */
export function Arrange({ gallery, selected, covered, early }: ArrangeProps) {
  const [filter] = useFilter()
  const { images } = useImages(filter)
  const { whole } = useSelection()
  // The whole list is changed by the bar: what is loaded is a part of it.
  useMarkKeys(images, selected, !covered && filter.view !== 'trash' && !whole)
  const move = useAlbumOrder(filter, images)
  const [dragged, setDragged] = useState<ReadonlySet<string> | null>(null)
  const stepped = useRef<string | null>(null)
  // It is another element where it stands now, or one that lost the focus by being moved.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another order is what moved it
  useEffect(() => {
    if (stepped.current !== null) focusTile(stepped.current)
    stepped.current = null
  }, [images])

  const now = { move, selected, order: images.map(({ id }) => id) }
  const latest = useRef(now)
  useEffect(() => {
    latest.current = now
  })
  useEffect(() => {
    const element = gallery.current
    if (element === null) return
    const end = hearDrags(element, {
      selected: () => latest.current.selected,
      ordered: () => latest.current.move !== null,
      onDragged: setDragged,
      onDropAt(ids, at, behind) {
        const others = latest.current.order.filter((id) => !ids.has(id))
        void latest.current.move?.(ids, behind ? (others[others.indexOf(at) + 1] ?? null) : at)
      },
    })
    const onKeyDown = (event: KeyboardEvent) => {
      const id = event.target instanceof HTMLElement ? event.target.dataset.tile : undefined
      const direction = { ArrowLeft: -1, ArrowRight: 1 }[event.key]
      const { move: moveTo, selected: chosen, order } = latest.current
      if (!event.altKey || id === undefined || direction === undefined || moveTo === null) return
      // To the browser it is Back.
      event.preventDefault()
      const ids = chosen.has(id) ? chosen : new Set([id])
      const before = stepOf(order, ids, direction === 1 ? 1 : -1)
      if (before === undefined) return
      stepped.current = id
      void moveTo(ids, before)
    }
    element.addEventListener('keydown', onKeyDown)
    return () => {
      end()
      element.removeEventListener('keydown', onKeyDown)
    }
  }, [gallery])
  useEffect(() => {
    const event = early.current
    early.current = null
    if (event === null || !(isMarkKey(event.key) || event.altKey)) return
    const { key, altKey, target } = event
    target?.dispatchEvent(new KeyboardEvent('keydown', { key, altKey, bubbles: true, cancelable: true }))
  }, [early])
  return <AlbumGoals dragged={dragged} />
}
