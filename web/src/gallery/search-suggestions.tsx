import { Bookmark, Camera, FileImage, Library, Tag } from 'lucide-react'
import { type RefObject, useCallback, useEffect, useId, useMemo, useState } from 'react'
import { t } from '../languages/translate.ts'
import { useAlbums } from '../state/albums.ts'
import { useFacets } from '../state/facets.ts'
import { filterOfSaved, type GalleryFilter, noFilter } from '../state/filter.ts'
import { useSavedSearches } from '../state/saved-searches.ts'
import { classes } from '../ui/classes.ts'
import { type SuggestedKind, savedFor, suggest, withTerm } from './search-terms.ts'

interface SearchSuggestionsProps {
  /** The field keeps the focus: this hears its keys, and says by it which one is meant. */
  input: RefObject<HTMLInputElement | null>
  text: string
  onText: (text: string) => void
  /** A saved search was chosen. */
  onSaved: (filter: GalleryFilter) => void
}

type ShownKind = SuggestedKind | 'saved'
const icons: Readonly<Record<ShownKind, typeof Tag>> = {
  saved: Bookmark,
  tag: Tag,
  album: Library,
  camera: Camera,
  type: FileImage,
}
/** Types are named by media types, and searched for by their last part. */
const typeOf = (mediaType: string): string => mediaType.replace(/^image\//, '')

/** What the text of the field, or all of what is shown, becomes when it is chosen. */
interface Choice {
  kind: ShownKind
  key: string
  value: string
  becomes: string | GalleryFilter
}

/** Saved searches, tags, albums, cameras and types that begin as what is typed; chosen by the arrow keys and Enter, or by a click. */
export function SearchSuggestions({ input, text, onText, onSaved }: SearchSuggestionsProps) {
  const listId = useId()
  const facets = useFacets(noFilter)
  const albums = useAlbums().data
  const saved = useSavedSearches()
  const [at, setAt] = useState(-1)
  const [closedFor, setClosedFor] = useState<string | null>(null)
  const found = useMemo((): Choice[] => {
    const values = (counted: readonly { value: string }[] | undefined) =>
      counted?.map(({ value }) => value) ?? []
    const terms = suggest(text, {
      tag: values(facets?.tags),
      album: albums?.items.map(({ name }) => name) ?? [],
      camera: values(facets?.cameras),
      type: values(facets?.types).map(typeOf),
    })
    return [
      ...savedFor(text, saved ?? [])
        // What is searched already needs no suggestion.
        .filter(({ q }) => q !== text.trim())
        .map((search) => ({
          kind: 'saved' as const,
          key: search.id,
          value: search.name,
          becomes: filterOfSaved(search),
        })),
      ...terms.map(({ kind, value, term }) => ({ kind, key: term, value, becomes: withTerm(text, term) })),
    ]
  }, [text, facets, albums, saved])
  const shown = closedFor === text ? [] : found
  const current = at < shown.length ? at : -1

  const choose = useCallback(
    ({ becomes }: Choice) => {
      setAt(-1)
      if (typeof becomes === 'string') onText(becomes)
      else onSaved(becomes)
    },
    [onText, onSaved],
  )
  useEffect(() => {
    const field = input.current
    if (field === null) return
    const onKeyDown = (event: KeyboardEvent) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
      const meant = shown[current]
      if (shown.length === 0 || event.isComposing) return
      if (step !== undefined)
        setAt(current === -1 && step === -1 ? shown.length - 1 : (current + step) % shown.length)
      else if (event.key === 'Enter' && meant !== undefined) choose(meant)
      else if (event.key === 'Escape') setClosedFor(text)
      else return
      event.preventDefault()
      event.stopPropagation()
    }
    field.addEventListener('keydown', onKeyDown)
    return () => field.removeEventListener('keydown', onKeyDown)
  }, [input, text, choose, shown, current])
  useEffect(() => {
    const field = input.current
    if (field === null) return
    field.setAttribute('role', 'combobox')
    field.setAttribute('aria-autocomplete', 'list')
    field.setAttribute('aria-expanded', String(shown.length > 0))
    if (shown.length > 0) field.setAttribute('aria-controls', listId)
    else field.removeAttribute('aria-controls')
    if (current === -1) field.removeAttribute('aria-activedescendant')
    else field.setAttribute('aria-activedescendant', `${listId}-${current}`)
  }, [input, shown, current, listId])

  if (shown.length === 0) return null
  return (
    <div
      id={listId}
      role="listbox"
      aria-label={t('Suggestions')}
      className="absolute inset-x-0 top-full z-30 mt-1.5 animate-appear overflow-hidden rounded-xl border border-line bg-raised p-1.5 shadow-float"
    >
      {shown.map((one, index) => {
        const Icon = icons[one.kind]
        return (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are heard by the field, which has the focus
          <div
            key={one.key}
            id={`${listId}-${index}`}
            role="option"
            aria-selected={index === current}
            tabIndex={-1}
            // The field keeps the focus.
            onPointerDown={(event) => event.preventDefault()}
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => choose(one)}
            className={classes(
              'flex h-10 cursor-default items-center gap-3 rounded-lg px-3 text-sm hover:bg-ink/5',
              index === current && 'bg-ink/7',
            )}
          >
            <Icon aria-hidden className="size-4 shrink-0 text-muted" />
            <span className="min-w-0 flex-1 truncate">
              <bdi>{one.value}</bdi>
            </span>
            <span className="shrink-0 text-muted text-xs">{t(kindNames[one.kind])}</span>
          </div>
        )
      })}
    </div>
  )
}

const kindNames = {
  saved: 'Saved search',
  tag: 'Tag',
  album: 'Album',
  camera: 'Camera',
  type: 'Format',
} as const
