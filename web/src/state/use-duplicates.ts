import type { DuplicateGroup, Image, Page } from '@rendition/contract'
import { type InfiniteData, useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { plural } from '../format.ts'
import { useAccount } from './account-scope.tsx'
import { useTrash } from './change-many.ts'
import { explainError } from './explain-error.ts'
import { mergeDuplicates, NotTakenOver } from './merge-duplicates.ts'
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

/** Keeps one of a group and moves the others to the trash, said when it is done or not. */
export function useMergeDuplicates() {
  const { client, images, ended } = useAccount()
  const queries = useQueryClient()
  const { restore } = useTrash()
  const { mutate, isPending } = useMutation({
    mutationFn: ({ kept, others }: { kept: Image; others: readonly Image[] }) =>
      mergeDuplicates(client, kept, others, ended),
    onError: (error) => {
      if (ended.aborted) return
      const why = error instanceof NotTakenOver ? error.message : explainError(error)
      notify({ kind: 'fault', text: `${why} Nothing was moved to the trash.` })
    },
    onSuccess: (gone, { others }) => {
      if (ended.aborted) return
      images.move(new Set(gone), 'trash')
      // At once, and without what was only looked at: the next page of groups comes when it is asked for.
      queries.setQueryData<InfiniteData<Page<DuplicateGroup>>>(keys.duplicates, (known) =>
        known === undefined ? known : { ...known, pages: known.pages.map((page) => without(page, gone)) },
      )
      const text = `One photo kept, ${plural(gone.length, 'photo')} moved to the trash`
      announce(text)
      const undo = () => restore(gone, () => void queries.invalidateQueries({ queryKey: keys.duplicates }))
      notify({ kind: 'done', text, action: { label: 'Undo', run: undo }, forMs: 10_000 })
      const left = others.length - gone.length
      if (left > 0)
        notify({ kind: 'fault', text: `${plural(left, 'photo')} could not be moved to the trash.` })
    },
  })
  return { merge: mutate, isPending }
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
