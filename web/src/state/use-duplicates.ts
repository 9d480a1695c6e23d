import type { BulkChange, DuplicateGroup, Image, Page } from '@rendition/contract'
import { type InfiniteData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { plural, t } from '../languages/translate.ts'
import { useAccount } from './account-scope.tsx'
import { useTrash } from './change-many.ts'
import { explainError, isUnanswered } from './explain-error.ts'
import { mergeDuplicates } from './merge-duplicates.ts'
import { announce, notify } from './notices.ts'
import { keys } from './query-cache.ts'

/** What looks nearly the same, in groups; asked for anew whenever the page is opened. */
export function useDuplicates() {
  const { client } = useAccount()
  const query = useInfiniteQuery({
    queryKey: keys.duplicates,
    queryFn: ({ signal, pageParam }) =>
      client.images.duplicates(pageParam === null ? {} : { cursor: pageParam }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page<DuplicateGroup>) => page.nextCursor,
    staleTime: 0,
  })
  return { ...query, groups: query.data?.pages.flatMap(({ items }) => items) ?? [] }
}

interface Merge {
  kept: Image
  others: readonly Image[]
  /** Whether there are photos in the group that were not shown. */
  more: boolean
}

/** Keeps one of a group and moves the others to the trash, said when it is done or not; `onMerged` before the page shows it. */
export function useMergeDuplicates(onMerged: () => void) {
  const { client, images, ended } = useAccount()
  const queries = useQueryClient()
  const { restore } = useTrash()
  const askAnew = () => void queries.invalidateQueries({ queryKey: keys.duplicates })
  const undo = async ({ id }: Image, undoing: readonly BulkChange[], done: readonly string[]) => {
    try {
      for (const change of undoing) await client.images.changeMany({ imageIds: [id], change })
    } catch (error) {
      if (ended.aborted) return
      const why = explainError(error)
      notify({
        kind: 'fault',
        text: t('{error} The kept photo has what it took over still.', { error: why }),
      })
    }
    restore(done, askAnew)
  }
  const { mutate, isPending } = useMutation({
    mutationFn: ({ kept, others }: Merge) => mergeDuplicates(client, kept, others, ended),
    onError: (error) => {
      if (ended.aborted) return
      notify({ kind: 'fault', text: t('{error} Nothing was moved.', { error: explainError(error) }) })
      askAnew()
    },
    onSuccess: ({ done, fault, undoing }, { kept, others, more }) => {
      if (ended.aborted) return
      if (done.length > 0) {
        images.move(new Set(done), 'trash')
        // At once, and without what was only looked at: the next page of groups comes when it is asked for.
        queries.setQueryData<InfiniteData<Page<DuplicateGroup>>>(keys.duplicates, (known) =>
          known === undefined ? known : { ...known, pages: known.pages.map((page) => without(page, done)) },
        )
        const text = plural(
          done.length,
          'One photo kept, {count} photo moved to the trash',
          'One photo kept, {count} photos moved to the trash',
        )
        announce(text)
        notify({
          kind: 'done',
          text,
          action: { label: t('Undo'), run: () => void undo(kept, undoing, done) },
          forMs: 10_000,
        })
        onMerged()
      }
      const left = others.length - done.length
      if (left > 0) notify({ kind: 'fault', text: textOfLeft(left, fault) })
      // What was not shown comes now; and what is left may lie elsewhere than is shown.
      if (more || left > 0) askAnew()
    },
  })
  return { merge: mutate, isPending }
}

function textOfLeft(left: number, fault: unknown): string {
  if (fault === null)
    return plural(
      left,
      '{count} photo could not be moved to the trash.',
      '{count} photos could not be moved to the trash.',
    )
  const what = isUnanswered(fault)
    ? plural(
        left,
        'Nobody knows whether {count} photo went to the trash: look there before you go on.',
        'Nobody knows whether {count} photos went to the trash: look there before you go on.',
      )
    : plural(left, '{count} photo stayed out of the trash.', '{count} photos stayed out of the trash.')
  return `${explainError(fault)} ${what}`
}

function without(page: Page<DuplicateGroup>, gone: readonly string[]): Page<DuplicateGroup> {
  const items = page.items
    .map((group) => {
      const images = group.images.filter(({ id }) => !gone.includes(id))
      return { images, count: group.count - (group.images.length - images.length) }
    })
    .filter(({ count }) => count > 1)
  return { ...page, items }
}
