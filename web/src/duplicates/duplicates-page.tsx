import { useEffect, useRef } from 'react'
import { t } from '../languages/translate.ts'
import { usePageTitle } from '../page-title.ts'
import { explainError } from '../state/explain-error.ts'
import { useDuplicates } from '../state/use-duplicates.ts'
import { Button } from '../ui/button.tsx'
import { Spinner } from '../ui/spinner.tsx'
import { Group } from './group.tsx'

/** What looks nearly the same, side by side, to keep one of each. */
export default function DuplicatesPage() {
  const {
    groups,
    data,
    isPending,
    isFetching,
    error,
    hasNextPage,
    fetchNextPage,
    isFetchingNextPage,
    refetch,
  } = useDuplicates()
  const heading = useRef<HTMLHeadingElement>(null)
  const list = useRef<HTMLUListElement>(null)
  /** The place of the group that was merged last, until it is known what stands there. */
  const merged = useRef<number | null>(null)
  usePageTitle(t('Duplicates'))
  useEffect(() => {
    if (merged.current === null || data === undefined) return
    // What had the focus is gone, or is not as it was; who has gone on elsewhere stays there.
    if (document.activeElement === document.body) {
      const group = list.current?.children[merged.current]?.querySelector('fieldset')
      ;(group ?? heading.current)?.focus()
    }
    if (!isFetching) merged.current = null
  }, [data, isFetching])
  return (
    <main className="w-full px-3 pt-4 pb-32 sm:px-6">
      <h1
        ref={heading}
        tabIndex={-1}
        className="flex min-h-10 items-center font-semibold text-xl tracking-tight outline-none"
      >
        {t('Duplicates')}
      </h1>
      <p className="mb-6 max-w-2xl text-muted text-sm">
        {t(
          'Photos that look the same, in other sizes or files, or taken a moment apart. The one you keep takes over the tags, albums, stars and heart of the others; those go to the trash, where they stay for a while.',
        )}
      </p>
      {isPending && (
        <p className="flex items-center gap-3 text-muted" role="status">
          <Spinner /> {t('Looking for photos that look the same')}
        </p>
      )}
      {error !== null && groups.length === 0 && (
        <div role="alert" className="grid justify-items-start gap-3">
          <p>{explainError(error)}</p>
          <Button onClick={() => void refetch()}>{t('Try again')}</Button>
        </div>
      )}
      {!isPending && error === null && groups.length === 0 && !hasNextPage && (
        <p className="rounded-xl border border-line border-dashed px-6 py-12 text-center text-muted">
          {t('No two of your photos look the same.')}
        </p>
      )}
      <ul ref={list} className="grid gap-4" aria-label={t('Groups')}>
        {groups.map((group, index) => (
          <li key={group.images[0]?.id} className="min-w-0">
            <Group
              group={group}
              onMerged={() => {
                merged.current = index
              }}
            />
          </li>
        ))}
      </ul>
      {hasNextPage && (
        <Button className="mt-4" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t('Show more')}
        </Button>
      )}
    </main>
  )
}
