import { useEffect, useMemo, useRef } from 'react'
import { explainError } from '../explain-error.ts'
import { Button } from '../ui/button.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { formatFilter, isFiltering, noFilter, useFilter } from './filter.ts'
import { GalleryGrid } from './gallery-grid.tsx'
import { EmptyGallery, GalleryFault, GallerySkeleton, NothingFound } from './gallery-states.tsx'
import { SelectionBar } from './selection-bar.tsx'
import { FilterChips } from './toolbar.tsx'
import { useImages } from './use-images.ts'
import { useNear } from './use-near.ts'
import { type Selection, useSelection } from './use-selection.ts'

/** All photos that match, and what can be done with many of them. */
export function GalleryPage({ openId }: { openId: string | null }) {
  const [filter, changeFilter] = useFilter()
  const {
    data,
    error,
    isPending,
    isFetchNextPageError,
    hasNextPage,
    isFetchingNextPage,
    fetchNextPage,
    refetch,
  } = useImages(filter)
  const pages = useMemo(() => data?.pages ?? [], [data])
  const images = useMemo(() => pages.flatMap((page) => page.items), [pages])
  const order = useMemo(() => images.map(({ id }) => id), [images])
  const selection = useSelection(order)
  useSelectionKeys(selection, openId === null)

  const end = useRef<HTMLDivElement>(null)
  const nearEnd = useNear(end, 2500)
  useEffect(() => {
    if (nearEnd && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) void fetchNextPage()
  }, [nearEnd, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage])
  useEffect(() => {
    if (openId === null) document.title = 'Photos · Rendition'
  }, [openId])

  return (
    <main className="mx-auto w-full max-w-[112rem] px-3 pt-4 pb-32 sm:px-6">
      <h1 className="sr-only">Photos</h1>
      <FilterChips filter={filter} onChange={changeFilter} />
      {isPending && <GallerySkeleton />}
      {error !== null && images.length === 0 && (
        <GalleryFault text={explainError(error)} onRetry={() => void refetch()} />
      )}
      {data !== undefined &&
        images.length === 0 &&
        !hasNextPage &&
        (isFiltering(filter) ? <NothingFound onClear={() => changeFilter(noFilter)} /> : <EmptyGallery />)}
      {images.length > 0 && (
        <GalleryGrid pages={pages} selection={selection} search={formatFilter(filter)} openId={openId} />
      )}
      <div ref={end} className="grid h-24 place-items-center text-muted">
        {isFetchingNextPage && <Spinner className="size-5" />}
        {isFetchNextPageError && (
          <Button onClick={() => void fetchNextPage()}>{explainError(error)} Try again</Button>
        )}
      </div>
      <SelectionBar images={images} selection={selection} />
    </main>
  )
}

/** Ctrl or Cmd and A takes everything loaded, Escape lets go. */
function useSelectionKeys({ ids, selectAll, clear }: Selection, listening: boolean): void {
  const some = ids.size > 0
  useEffect(() => {
    if (!listening) return
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      const elsewhere =
        event.target instanceof Element &&
        event.target.closest('input, textarea, [role="alertdialog"], [role="menu"]')
      if (elsewhere !== null && elsewhere !== false) return
      if (event.key === 'Escape' && some) clear()
      if (event.key === 'a' && (event.ctrlKey || event.metaKey)) {
        event.preventDefault()
        selectAll()
      }
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [listening, some, selectAll, clear])
}
