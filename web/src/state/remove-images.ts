import { useMutation } from '@tanstack/react-query'
import { plural } from '../format.ts'
import { useAccount } from './account-scope.tsx'
import { explainError } from './explain-error.ts'
import { announce, notify } from './notices.ts'
import { type Removal, removeAll } from './remove-all.ts'

/** Deletes images, each on its own; those that went are taken off the page, the others are spoken of. */
export function useRemoveImages(): {
  remove(ids: readonly string[], then: (removal: Removal) => void): void
  isPending: boolean
} {
  const { client, images, ended } = useAccount()
  const { mutate, isPending } = useMutation({
    mutationFn: (ids: readonly string[]) => removeAll(client, ids, ended),
    onSuccess: ({ gone, fault }, ids) => {
      if (ended.aborted) return
      images.drop(gone)
      if (gone.size > 0) {
        const text = `${plural(gone.size, 'photo')} deleted`
        announce(text)
        notify({ kind: 'done', text })
      }
      if (fault !== null)
        notify({ kind: 'fault', text: `${explainError(fault)} ${notDeleted(ids.length - gone.size)}` })
    },
  })
  return { remove: (ids, then) => mutate(ids, { onSuccess: then }), isPending }
}

const notDeleted = (count: number): string =>
  count === 1 ? 'The photo was not deleted.' : `${count} photos were not deleted.`
