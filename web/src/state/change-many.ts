import type { BulkChange, BulkQuery } from '@rendition/contract'
import { useMutation } from '@tanstack/react-query'
import { plural } from '../format.ts'
import { useAccount } from './account-scope.tsx'
import { changeAll, type Outcome } from './change-all.ts'
import { explainError } from './explain-error.ts'
import { announce, type Notice, notify } from './notices.ts'

interface Asked {
  ids: readonly string[]
  /** All that these filters mean, in place of `ids`: a job does it, and its events show it. */
  query?: BulkQuery | undefined
  change: BulkChange
  /** What was done, of `3 photos`. */
  told: (photos: string) => string
  /** What was not, of `3 photos were`. */
  untold: (photos: string) => string
  action?: (done: readonly string[]) => Notice['action']
  after?: ((done: readonly string[]) => void) | undefined
}

const underWay = 'Under way: the page of jobs shows how far it is'

/** Changes many images by one request, and says what became of it. */
export function useChangeMany(): { change(asked: Asked): void; isPending: boolean } {
  const { client, images, ended } = useAccount()
  const { mutate, isPending } = useMutation({
    mutationFn: async ({ ids, query, change }: Asked): Promise<Outcome | null> => {
      if (query === undefined) return changeAll(client, ids, change, ended)
      await client.images.changeMany({ query, change })
      return null
    },
    onError: (error) => {
      if (!ended.aborted) notify({ kind: 'fault', text: `${explainError(error)} Nothing was changed.` })
    },
    onSuccess: (outcome, { ids, change, told, untold, action, after }) => {
      if (ended.aborted) return
      if (outcome === null) {
        announce(underWay)
        notify({ kind: 'done', text: underWay })
        after?.([])
        return
      }
      const { done, fault } = outcome
      if (done.length > 0) {
        // Out of the lists at once; events bring it to where it is now.
        if (change.delete) images.drop(new Set(done))
        else if (change.trash !== undefined) images.move(new Set(done), change.trash ? 'trash' : 'library')
        const text = told(plural(done.length, 'photo'))
        const offered = action?.(done)
        announce(text)
        notify({ kind: 'done', text, ...(offered === undefined ? {} : { action: offered, forMs: 10_000 }) })
        after?.(done)
      }
      const left = ids.length - done.length
      if (fault !== null) {
        const were = left === 1 ? 'The photo was' : `${left} photos were`
        notify({ kind: 'fault', text: `${explainError(fault)} ${untold(were)}` })
      }
    },
  })
  return { change: mutate, isPending }
}

/** The trash: into it, with a way back, out of it, and the end. */
export function useTrash() {
  const { client, images, ended } = useAccount()
  const { change, isPending } = useChangeMany()
  const restore = (ids: readonly string[], then?: (done: readonly string[]) => void) =>
    change({
      ids,
      change: { trash: false },
      told: (photos) => `${photos} restored`,
      untold: (were) => `${were} not restored.`,
      after: (done) => {
        images.refresh()
        then?.(done)
      },
    })
  return {
    isPending,
    restore,
    trash: (ids: readonly string[], then?: (done: readonly string[]) => void) =>
      change({
        ids,
        change: { trash: true },
        told: (photos) => `${photos} moved to the trash`,
        untold: (were) => `${were} not moved to the trash.`,
        action: (done) => ({ label: 'Undo', run: () => restore(done) }),
        after: then,
      }),
    deleteForGood: (ids: readonly string[], then?: (done: readonly string[]) => void) =>
      change({
        ids,
        change: { delete: true },
        told: (photos) => `${photos} deleted`,
        untold: (were) => `${were} not deleted.`,
        after: then,
      }),
    /** By a job, however much is in it; events take the images off the page. */
    async empty() {
      try {
        await client.images.changeMany({ query: { trashed: true }, change: { delete: true } })
        if (!ended.aborted) announce('The trash is being emptied')
      } catch (error) {
        if (!ended.aborted)
          notify({ kind: 'fault', text: `${explainError(error)} The trash was not emptied.` })
      }
    },
  }
}
