import { isProblem } from '@rendition/client'
import type { ImageFacets } from '@rendition/contract'
import { useEffect, useMemo, useRef } from 'react'
import type { Phrase } from '../languages/catalogue.ts'
import { plural, t } from '../languages/translate.ts'
import { useMayChange } from '../state/account-scope.tsx'
import { useAlbum } from '../state/albums.ts'
import { explainError } from '../state/explain-error.ts'
import { useFacets } from '../state/facets.ts'
import { formatFilter, isFiltering, isWholeAlbum, noFilter, useFilter } from '../state/filter.ts'
import { notify } from '../state/notices.ts'
import type { Selection } from '../state/selection.ts'
import { useFurtherPages, useImages } from '../state/use-images.ts'
import { useSelection } from '../state/use-selection.ts'
import { Button } from '../ui/button.tsx'
import { isElsewhere } from '../ui/is-typing.ts'
import { partOf, usePart } from '../ui/part.ts'
import { Spinner } from '../ui/spinner.tsx'
import { useNear } from '../ui/use-near.ts'
import { GalleryGrid } from './gallery-grid.tsx'
import { GalleryHead } from './gallery-head.tsx'
import {
  AlbumGone,
  EmptyGallery,
  GalleryFault,
  GallerySkeleton,
  NothingFound,
  NothingHere,
} from './gallery-states.tsx'
import { monthOfList } from './months.ts'
import { focusGrid } from './move-focus.ts'
import { FilterChips } from './toolbar.tsx'

/** All photos that match, and what can be done with many of them. */
export function GalleryPage({ openId }: { openId: string | null }) {
  const [filter, changeFilter] = useFilter()
  const list = useImages(filter)
  const { images, query } = list
  const { data, error, isPending, isPlaceholderData, hasNextPage } = query
  const pages = useMemo(() => data?.pages ?? [], [data])
  // Deleted by another tab or device, what was shown of it is no album any more.
  const isGone = filter.album !== '' && isProblem(error, 'not_found')
  const mayChange = useMayChange()
  const { selection, ids: selected, growing } = useSelection()
  const isSelecting = selected.size > 0

  // All of one list was meant, not all of another.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the filter is what changes
  useEffect(() => selection.stopGrowing(), [filter, selection])
  useEffect(() => {
    if (data === undefined || isPlaceholderData) return
    const order = images.map(({ id }) => id)
    selection.follow(order, !hasNextPage)
  }, [data, isPlaceholderData, images, hasNextPage, selection])
  useSelectionKeys(selection, isSelecting, mayChange && openId === null)
  useFocusAfterSelection(isSelecting)

  const monthOf = useMemo(() => monthOfList(filter), [filter])
  const gallery = useRef<HTMLDivElement>(null)
  const everything = useMemo(() => ({ ...filter, from: '' }), [filter])
  const byTaken = filter.sort === 'taken'
  const facets = useFacets(everything, byTaken || hasNextPage)
  const years = byTaken ? (facets?.years ?? []) : []
  const { part: dates } = usePart(dateBar, years.length > 0)
  const album = useAlbum(filter.album)
  const title = filter.album === '' ? t(titles[filter.view]) : (album?.name ?? t('Album'))
  const note = isGone ? null : noteOf(data === undefined ? undefined : images.length, hasNextPage, facets)

  const end = useRef<HTMLDivElement>(null)
  const nearEnd = useNear(end, 2500)
  useFurtherPages(list, nearEnd || growing)
  const failed = query.isFetchNextPageError
  useEffect(() => {
    if (!growing || !failed) return
    selection.stopGrowing()
    const { size } = selection.snapshot().ids
    notify({
      kind: 'fault',
      text: `${explainError(error)} ${plural(
        size,
        'Only the {count} photo loaded so far is selected.',
        'Only the {count} photos loaded so far are selected.',
      )}`,
    })
  }, [growing, failed, error, selection])
  useEffect(() => {
    if (openId === null) document.title = `${title} · Rendition`
  }, [openId, title])

  return (
    <main className="w-full px-3 pt-4 pb-32 sm:px-6">
      <GalleryHead title={title} note={note} filter={filter} onChange={changeFilter} />
      {filter.view === 'trash' && <HeadOfTrash isEmpty={images.length === 0} />}
      {!isGone && <HeadOfAlbum id={filter.album} />}
      <FilterChips filter={filter} onChange={changeFilter} />
      {isPending && <GallerySkeleton />}
      {isGone && <AlbumGone />}
      {error !== null && images.length === 0 && !isGone && (
        <GalleryFault text={explainError(error)} onRetry={() => void query.refetch()} />
      )}
      {data !== undefined &&
        !isGone &&
        images.length === 0 &&
        !hasNextPage &&
        (isFiltering(filter) ? (
          <NothingFound
            onClear={() => changeFilter({ ...noFilter, view: filter.view, album: filter.album })}
          />
        ) : filter.view !== 'photos' || filter.album !== '' ? (
          <NothingHere view={filter.view} />
        ) : (
          <EmptyGallery mayUpload={mayChange} />
        ))}
      {images.length > 0 && !isGone && (
        <div className="flex gap-5">
          <div ref={gallery} className="min-w-0 flex-1">
            <GalleryGrid
              pages={pages}
              monthOf={monthOf}
              selected={selected}
              onToggle={mayChange ? selection.toggle : null}
              search={formatFilter(filter)}
              openId={openId}
              inOrder={isWholeAlbum(filter)}
            />
          </div>
          {years.length > 0 && (
            <div className="hidden w-16 shrink-0 sm:block">
              {dates && (
                <dates.DateBar years={years} gallery={gallery} onJump={(from) => changeFilter({ from })} />
              )}
            </div>
          )}
        </div>
      )}
      <div ref={end} className="grid h-24 place-items-center text-muted">
        {(query.isFetchingNextPage || isPlaceholderData) && <Spinner className="size-5" />}
        {failed && (
          <Button onClick={() => void query.fetchNextPage()}>
            {`${explainError(error)} ${t('Try again')}`}
          </Button>
        )}
      </div>
    </main>
  )
}

/** Beside the photos in one order of five; where it does not come, one scrolls. */
const dateBar = partOf(() => import('./date-bar.tsx'))
/** Not needed to see photos; where it does not come, the album is shown without what can be done with it. */
const albumHead = partOf(() => import('./album-head.tsx'))
function HeadOfAlbum({ id }: { id: string }) {
  const { part } = usePart(albumHead, id !== '' && id)
  if (id === '') return null
  // What stands below keeps its place when it comes.
  return <div className="min-h-14">{part && <part.AlbumHead id={id} />}</div>
}

const trashHead = partOf(() => import('./trash-head.tsx'))
function HeadOfTrash({ isEmpty }: { isEmpty: boolean }) {
  const { part } = usePart(trashHead, true)
  return <div className="min-h-14">{part && <part.TrashHead isEmpty={isEmpty} />}</div>
}

const titles = {
  photos: 'Photos',
  favourites: 'Favourites',
  archive: 'place|Archive',
  trash: 'Trash',
} as const satisfies Record<string, Phrase>

/** How many photos there are, as far as anybody knows. */
function noteOf(loaded: number | undefined, more: boolean, facets: ImageFacets | undefined): string | null {
  if (loaded === undefined || loaded === 0) return null
  if (!more) return plural(loaded, '{count} photo', '{count} photos')
  if (facets === undefined) return null
  return facets.complete
    ? plural(facets.total, '{count} photo', '{count} photos')
    : plural(facets.total - 1, 'more than {count} photo', 'more than {count} photos')
}

/** Ctrl or Cmd and A takes the whole list, Escape lets go. */
function useSelectionKeys({ selectAll, clear }: Selection, some: boolean, listening: boolean): void {
  useEffect(() => {
    if (!listening) return
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented) return
      if (isElsewhere(event.target)) return
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

/** The bar goes with the selection, and the focus that was in it comes back to the photos. */
function useFocusAfterSelection(isSelecting: boolean): void {
  const was = useRef(false)
  useEffect(() => {
    if (was.current && !isSelecting && document.activeElement === document.body) focusGrid()
    was.current = isSelecting
  }, [isSelecting])
}
