import type { Image, Page } from '@rendition/contract'
import { type FocusEvent, type KeyboardEvent, useCallback, useMemo, useState } from 'react'
import { useGalleryLook } from '../state/gallery-look.ts'
import { Chunk } from './chunk.tsx'
import { chunksOf, type KnownChunks } from './layout.ts'
import type { MonthOf } from './months.ts'
import { focusTile, neighbourOf } from './move-focus.ts'
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
}

/** The justified gallery. One tile is in the tab order; the arrow keys go from picture to picture. */
export function GalleryGrid({ pages, monthOf, selected, onToggle, search, openId }: GalleryGridProps) {
  const [measure, width] = useWidth()
  const [focusedId, setFocusedId] = useState<string | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: what was cut by months is cut otherwise by others
  const known = useMemo<KnownChunks>(() => new WeakMap(), [monthOf])
  const chunks = useMemo(() => chunksOf(pages, monthOf, known), [pages, monthOf, known])
  const { density, names } = useGalleryLook()
  const hrefOf = useCallback((id: string) => `/photos/${id}${search}`, [search])

  const has = (id: string | null) => chunks.some(({ images }) => images.some((image) => image.id === id))
  const current = openId ?? focusedId
  const tabStop = has(current) ? current : (chunks[0]?.images[0]?.id ?? null)

  const onKeyDown = (event: KeyboardEvent) => {
    const { target } = event
    if (event.ctrlKey || event.metaKey || event.altKey || !(target instanceof HTMLElement)) return
    if (target.dataset.tile === undefined) return
    const next = neighbourOf(target, event.key)
    if (next === null) return
    event.preventDefault()
    focusTile(next)
  }
  const onFocus = ({ target }: FocusEvent<HTMLElement>) => {
    if (target.dataset.tile !== undefined) setFocusedId(target.dataset.tile)
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: hears the keys of the links inside
    <div ref={measure} onKeyDown={onKeyDown} onFocus={onFocus} data-gallery>
      {width > 0 &&
        chunks.map((chunk) => (
          <Chunk
            key={chunk.key}
            chunk={chunk}
            width={width}
            density={density}
            names={names}
            hrefOf={hrefOf}
            selected={selected}
            tabStop={tabStop}
            pinned={chunk.images.some(({ id }) => id === tabStop)}
            onToggle={onToggle}
          />
        ))}
    </div>
  )
}
