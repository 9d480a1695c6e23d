import type { Image, Page } from '@rendition/contract'
import {
  type FocusEvent,
  type KeyboardEvent as ReactKeyboardEvent,
  useCallback,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react'
import { useGalleryLook } from '../state/gallery-look.ts'
import { useLocalIds } from '../state/use-local-picture.ts'
import { partOf, usePart } from '../ui/part.ts'
import { Chunk } from './chunk.tsx'
import { createGridScroll } from './grid-scroll.ts'
import { type ChunkLayout, chunksOf, type KnownChunks, placeChunks } from './layout.ts'
import type { MonthOf } from './months.ts'
import { useGridHands } from './use-grid-hands.ts'
import { usePictureLoads } from './use-picture-loads.ts'
import { useWidth } from './use-width.ts'

/** Fetched when a mouse comes, a photo has the focus, or an album is shown: not needed to look at photos. */
const arranging = partOf(() => import('./arrange.tsx'))
export const fetchArranging = arranging.fetch

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
  /** It is an album in its own order, which can be changed. */
  inOrder: boolean
}

/** The justified gallery. One tile is in the tab order; the arrow keys go from picture to picture. */
export function GalleryGrid(props: GalleryGridProps) {
  const { pages, monthOf, selected, onToggle, search, openId, inOrder } = props
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
  const hands = useGridHands(onToggle, selecting)
  const [reached, setReached] = useState(false)
  const { part } = usePart(arranging, onToggle !== null && (reached || inOrder || selecting))
  const early = useRef<KeyboardEvent | null>(null)
  const onKeyDownCapture = ({ nativeEvent }: ReactKeyboardEvent) => {
    if (part === undefined) early.current = nativeEvent
  }
  const loads = usePictureLoads()
  const onFocus = ({ target }: FocusEvent<HTMLElement>) => {
    if (target.dataset.tile === undefined) return
    setFocusedId(target.dataset.tile)
    setReached(true)
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
    <div
      ref={elements}
      onFocus={onFocus}
      onKeyDownCapture={onKeyDownCapture}
      onPointerEnter={({ pointerType }) => setReached((was) => was || pointerType === 'mouse')}
      {...hands}
      data-gallery
    >
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
      {onToggle !== null && part && (
        <part.Arrange gallery={gallery} selected={selected} covered={openId !== null} early={early} />
      )}
    </div>
  )
}
