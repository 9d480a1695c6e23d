import type { Image, Page } from '@rendition/contract'
import { type FocusEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { useGalleryLook } from '../state/gallery-look.ts'
import { stepOf } from '../state/moved-before.ts'
import { useLocalIds } from '../state/use-local-picture.ts'
import { AlbumDrop } from './album-drop.tsx'
import { Chunk } from './chunk.tsx'
import { createGridScroll } from './grid-scroll.ts'
import { type ChunkLayout, chunksOf, type KnownChunks, placeChunks } from './layout.ts'
import type { MonthOf } from './months.ts'
import { focusTile } from './move-focus.ts'
import { useGridDrag } from './use-grid-drag.ts'
import { useGridHands } from './use-grid-hands.ts'
import { usePictureLoads } from './use-picture-loads.ts'
import { useWidth } from './use-width.ts'

interface GalleryGridProps {
  pages: readonly Page<Image>[]
  /** null where the order has nothing to do with time. */
  monthOf: MonthOf | null
  selected: ReadonlySet<string>
  /** null where nothing may be selected. */
  onToggle: ((id: string, range: boolean) => void) | null
  /** Query string that links keep, so that closing the viewer comes back to the same list. */
  search: string
  /** The image open in the viewer: the focus returns to it. */
  openId: string | null
  /** Moves photos in front of another, or to the end; null where the list has no order of its own. */
  onMove: ((ids: ReadonlySet<string>, before: string | null) => Promise<void>) | null
}

/** The justified gallery. One tile is in the tab order; the arrow keys go from picture to picture. */
export function GalleryGrid(props: GalleryGridProps) {
  const { pages, monthOf, selected, onToggle, search, openId, onMove } = props
  const [measure, width] = useWidth()
  const gallery = useRef<HTMLDivElement>(null)
  const [focusedId, setFocusedId] = useState<string | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was cut by months is cut otherwise by others
  const known = useMemo<KnownChunks>(() => new WeakMap(), [monthOf])
  const chunks = useMemo(() => chunksOf(pages, monthOf, known), [pages, monthOf, known])
  const { density, names } = useGalleryLook()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another width or density is another layout of everything
  const layouts = useMemo(() => new WeakMap<readonly Image[], ChunkLayout>(), [width, density])
  const placed = useMemo(
    () => (width === 0 ? [] : placeChunks(chunks, width, density, layouts)),
    [chunks, width, density, layouts],
  )
  const [scroll] = useState(createGridScroll)
  useLayoutEffect(() => {
    if (gallery.current !== null) return scroll.follow(gallery.current)
  }, [scroll])
  useLayoutEffect(() => scroll.place(placed), [scroll, placed])

  const hrefOf = useCallback((id: string) => `/photos/${id}${search}`, [search])
  const local = useLocalIds()
  const current = openId ?? focusedId
  const stop = useMemo(() => {
    const chunk = chunks.find(({ images }) => images.some(({ id }) => id === current)) ?? chunks[0]
    if (chunk === undefined) return null
    const id = chunk.images.find((image) => image.id === current)?.id ?? chunk.images[0]?.id ?? null
    return { key: chunk.key, id }
  }, [chunks, current])

  const selecting = selected.size > 0
  const order = () => pages.flatMap(({ items }) => items.map(({ id }) => id))
  const stepped = useRef<string | null>(null)
  const step = (id: string, direction: 1 | -1) => {
    const moved = selected.has(id) ? selected : new Set([id])
    const before = stepOf(order(), moved, direction)
    if (before === undefined) return
    stepped.current = id
    void onMove?.(moved, before)
  }
  // It is another element where it stands now, or one that lost the focus by being moved.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another order is what moved it
  useEffect(() => {
    if (stepped.current !== null) focusTile(stepped.current)
    stepped.current = null
  }, [pages])
  const hands = useGridHands(onToggle, selecting, onMove === null ? null : step)
  const drag = useGridDrag({
    selected,
    wanted: onToggle !== null,
    onDropAt:
      onMove === null
        ? null
        : (ids, at, behind) => {
            const others = order().filter((id) => !ids.has(id))
            void onMove(ids, behind ? (others[others.indexOf(at) + 1] ?? null) : at)
          },
  })
  const loads = usePictureLoads()
  const onFocus = ({ target }: FocusEvent<HTMLElement>) => {
    if (target.dataset.tile !== undefined) setFocusedId(target.dataset.tile)
  }
  const elements = useCallback(
    (element: HTMLDivElement | null) => {
      gallery.current = element
      const ends = [measure(element), loads(element)]
      return () => {
        gallery.current = null
        for (const end of ends) end?.()
      }
    },
    [measure, loads],
  )
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears what is done to the links inside
    <div ref={elements} onFocus={onFocus} {...hands} {...drag.hands} data-gallery>
      {placed.map((one, index) => (
        <Chunk
          key={one.chunk.key}
          placed={one}
          scroll={scroll}
          first={index === 0}
          names={names}
          hrefOf={hrefOf}
          selected={selected}
          selectable={onToggle !== null}
          selecting={selecting}
          tabStop={stop?.key === one.chunk.key ? stop.id : null}
          local={local}
        />
      ))}
      {onToggle !== null && <AlbumDrop dragged={drag.dragged} />}
    </div>
  )
}
