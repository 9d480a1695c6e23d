import { Search, SlidersHorizontal, Tag } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { Phrase } from '../languages/catalogue.ts'
import { translateOptions } from '../languages/options.ts'
import { t } from '../languages/translate.ts'
import { useMayChange } from '../state/account-scope.tsx'
import { type GalleryFilter, isFiltering, noFilter } from '../state/filter.ts'
import { IconButton } from '../ui/button.tsx'
import { FilterChip } from '../ui/filter-chip.tsx'
import { isTyping } from '../ui/is-typing.ts'
import { Menu, MenuChoice } from '../ui/menu.tsx'
import { partOf, usePart } from '../ui/part.ts'
import { nameOfMonth } from './months.ts'
import { searchOf, termsOf, withoutTerm } from './search-terms.ts'

const visibilityOptions = [
  { value: 'all', label: 'All photos' },
  { value: 'private', label: 'Private only' },
  { value: 'public', label: 'Public only' },
] as const satisfies readonly { value: string; label: Phrase }[]
/** Fetched when one begins to search. */
const suggestions = partOf(() => import('./search-suggestions.tsx'))
/** Not needed to search; where it does not come, searches are not kept. */
const saving = partOf(() => import('./save-search.tsx'))
/** Long enough not to ask for every letter. */
const typingPauseMs = 250

interface ToolbarProps {
  filter: GalleryFilter
  onChange: (part: Partial<GalleryFilter>) => void
}

/** Search and filters; what is set shows as a chip that takes it off. */
export function Toolbar({ filter, onChange }: ToolbarProps) {
  return (
    <div className="flex w-full min-w-0 items-center gap-1.5">
      <SearchField value={filter.q} onChange={onChange} />
      <Menu
        trigger={
          <IconButton label={t('Filter')} className="relative">
            <SlidersHorizontal aria-hidden />
            {isFiltering({ ...filter, q: '' }) && (
              <span
                data-dot
                className="absolute top-2 end-2 size-2 rounded-full bg-accent ring-2 ring-ground"
              />
            )}
          </IconButton>
        }
      >
        <MenuChoice
          label={t('Show')}
          value={filter.visibility}
          options={translateOptions(visibilityOptions)}
          onChoose={(visibility) => onChange({ visibility })}
        />
      </Menu>
    </div>
  )
}

function SearchField({ value, onChange }: { value: string; onChange: ToolbarProps['onChange'] }) {
  const [text, setText] = useState(value)
  const input = useRef<HTMLInputElement>(null)
  const [focused, setFocused] = useState(false)
  const { part } = usePart(suggestions, focused)
  const told = useRef(value)

  // The address can change by itself: Back, or a chip taken off.
  useEffect(() => {
    if (value !== told.current) setText(value)
    told.current = value
  }, [value])

  useEffect(() => {
    if (text.trim() === told.current) return
    const timer = setTimeout(() => {
      told.current = text.trim()
      onChange({ q: text.trim() })
    }, typingPauseMs)
    return () => clearTimeout(timer)
  }, [text, onChange])

  /** All of it at once, so that its order is not asked for with what was searched before. */
  const choose = (saved: GalleryFilter) => {
    told.current = saved.q
    setText(saved.q)
    onChange(saved)
  }

  useEffect(() => {
    const focusSearch = (event: KeyboardEvent) => {
      if (event.key !== '/' || isTyping(event.target) || event.ctrlKey || event.metaKey) return
      event.preventDefault()
      input.current?.focus()
    }
    window.addEventListener('keydown', focusSearch)
    return () => window.removeEventListener('keydown', focusSearch)
  }, [])

  return (
    <div className="relative min-w-0 flex-1">
      <label>
        <span className="sr-only">{t('Search photos')}</span>
        <Search aria-hidden className="pointer-events-none absolute top-3 start-3 size-4 text-muted" />
        <input
          ref={input}
          type="search"
          dir="auto"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onFocus={() => setFocused(true)}
          onBlur={() => setFocused(false)}
          autoComplete="off"
          placeholder={t('Search photos')}
          className="h-10 w-full rounded-lg border border-transparent bg-sunken pe-3 ps-9 text-base transition-colors
          placeholder:text-muted hover:border-line focus:border-line-strong focus:bg-raised sm:text-sm"
        />
      </label>
      {focused && part && (
        <part.SearchSuggestions input={input} text={text} onText={setText} onSaved={choose} />
      )}
    </div>
  )
}

/** What narrows the list down, each with a way out. */
export function FilterChips({ filter, onChange }: ToolbarProps) {
  const words = termsOf(filter.q)
  const mayChange = useMayChange()
  const chips = [
    ...words.map((term, at) => ({
      name: 'q' as const,
      text: t('“{q}”', { q: term }),
      rest: withoutTerm(filter.q, at),
    })),
    filter.tag !== '' && { name: 'tag' as const, text: filter.tag, rest: undefined },
    filter.visibility !== 'all' && {
      name: 'visibility' as const,
      text: filter.visibility === 'public' ? t('Public') : t('Private'),
      rest: undefined,
    },
    filter.from !== '' && {
      name: 'from' as const,
      text: t('Up to {from}', { from: nameOfMonth(filter.from) }),
      rest: undefined,
    },
  ].filter((chip) => chip !== false)
  const search = chips.length === 0 || !mayChange ? null : searchOf(filter)
  const { part } = usePart(saving, search !== null)
  if (chips.length === 0) return null
  return (
    <div className="mb-4 flex flex-wrap gap-2">
      <ul aria-label={t('Filters')} className="flex min-w-0 flex-wrap gap-2">
        {chips.map(({ name, text, rest }, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same word may stand twice in a search
          <li key={`${name} ${at}`}>
            <FilterChip
              text={text}
              icon={name === 'tag' && <Tag aria-hidden className="size-3.5 text-muted" />}
              onRemove={() => onChange({ [name]: rest ?? noFilter[name] })}
            />
          </li>
        ))}
      </ul>
      {part && search !== null && (
        <part.SaveSearch key={`${search} ${filter.sort}`} q={search} sort={filter.sort} />
      )}
    </div>
  )
}
