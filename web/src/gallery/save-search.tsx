import type { SavedSearch } from '@rendition/contract'
import { Bookmark, BookmarkCheck } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { t } from '../languages/translate.ts'
import { explainError } from '../state/explain-error.ts'
import { filterOfSaved, type GalleryFilter } from '../state/filter.ts'
import { useSavedSearchActs, useSavedSearches } from '../state/saved-searches.ts'
import { Button } from '../ui/button.tsx'
import { Sheet } from '../ui/sheet.tsx'
import { TextField } from '../ui/text-field.tsx'
import { sortNames } from './sort-names.ts'

/** What a list is found by, and its order. */
interface Kept {
  q: string
  sort: GalleryFilter['sort']
}

/** Keeps the search that is shown under a name; of one that is kept already, says which, and changes or forgets it. */
export function SaveSearch({ q, sort }: Kept) {
  const [asking, setAsking] = useState(false)
  const searches = useSavedSearches()
  const kept = searches?.find((search) => search.q === q && filterOfSaved(search).sort === sort)
  const Icon = kept === undefined ? Bookmark : BookmarkCheck
  return (
    <>
      <button
        type="button"
        disabled={searches === undefined}
        onClick={() => setAsking(true)}
        className="flex h-8 max-w-full items-center gap-1.5 rounded-full px-3 text-muted text-sm hover:bg-ink/6 hover:text-ink disabled:opacity-50"
      >
        <Icon aria-hidden className="size-3.5 shrink-0" />
        <span className="truncate">
          {kept === undefined ? t('Save search') : t('Saved as “{name}”', { name: kept.name })}
        </span>
      </button>
      {asking && <SearchDialog q={q} sort={sort} kept={kept} onClose={() => setAsking(false)} />}
    </>
  )
}

interface SearchDialogProps extends Kept {
  kept: SavedSearch | undefined
  onClose: () => void
}

function SearchDialog({ q, sort, kept, onClose }: SearchDialogProps) {
  const [text, setText] = useState(kept?.name ?? '')
  const { save, rename, forget } = useSavedSearchActs()
  const name = text.trim()
  const isPending = save.isPending || rename.isPending || forget.isPending
  const fault = save.error ?? rename.error ?? forget.error
  const title = kept === undefined ? t('Save search') : t('Saved search')
  const end = (done: unknown) => done !== null && onClose()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (name === '' || isPending) return
    if (kept === undefined) void save.act({ name, q, sort }).then(end)
    else void rename.act({ id: kept.id, name }).then(end)
  }
  return (
    <Sheet title={title} onClose={onClose} className="max-w-md">
      <form onSubmit={submit} className="grid gap-4 overflow-y-auto p-6">
        <h2 className="font-semibold text-lg tracking-tight">{title}</h2>
        <p className="break-words text-muted text-sm">
          <bdi>{q}</bdi> · {t(sortNames[sort])}
        </p>
        <TextField
          label={t('Name')}
          hint={t('It is suggested in the search field, and found among the commands.')}
          error={fault === null ? undefined : explainError(fault)}
          autoFocus
          autoComplete="off"
          value={text}
          maxLength={100}
          onChange={(event) => setText(event.target.value)}
        />
        <div className="flex flex-wrap justify-end gap-2">
          {kept !== undefined && (
            <Button
              look="danger"
              className="me-auto"
              disabled={isPending}
              onClick={() => void forget.act(kept).then(end)}
            >
              {t('Forget')}
            </Button>
          )}
          <Button onClick={onClose}>{t('Cancel')}</Button>
          <Button type="submit" look="primary" disabled={name === '' || name === kept?.name || isPending}>
            {kept === undefined ? t('Save') : t('Rename')}
          </Button>
        </div>
      </form>
    </Sheet>
  )
}
