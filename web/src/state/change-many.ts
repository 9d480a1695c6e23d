import type { BulkChange, BulkQuery } from '@rendition/contract'
import { useMutation } from '@tanstack/react-query'
import { plural, t } from '../languages/translate.ts'
import { useAccount } from './account-scope.tsx'
import { changeAll, type Outcome } from './change-all.ts'
import { explainError } from './explain-error.ts'
import { announce, type Notice, notify } from './notices.ts'

interface Asked {
  ids: readonly string[]
  /** All that these filters mean, in place of `ids`: a job does it, and its events show it. */
  query?: BulkQuery | undefined
  change: BulkChange
  /** What was done, of so many photos. */
  told: (count: number) => string
  /** What was not. */
  untold: (count: number) => string
  action?: (done: readonly string[]) => Notice['action']
  after?: ((done: readonly string[]) => void) | undefined
}

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
      if (!ended.aborted)
        notify({ kind: 'fault', text: t('{error} Nothing was changed.', { error: explainError(error) }) })
    },
    onSuccess: (outcome, { ids, change, told, untold, action, after }) => {
      if (ended.aborted) return
      if (outcome === null) {
        const text = t('Under way: the page of jobs shows how far it is')
        announce(text)
        notify({ kind: 'done', text })
        after?.([])
        return
      }
      const { done, fault } = outcome
      if (done.length > 0) {
        // Out of the lists at once; events bring it to where it is now.
        if (change.delete) images.drop(new Set(done))
        else if (change.trash !== undefined) images.move(new Set(done), change.trash ? 'trash' : 'library')
        const text = told(done.length)
        const offered = action?.(done)
        announce(text)
        notify({ kind: 'done', text, ...(offered === undefined ? {} : { action: offered, forMs: 10_000 }) })
        after?.(done)
      }
      const left = ids.length - done.length
      if (fault !== null) notify({ kind: 'fault', text: `${explainError(fault)} ${untold(left)}` })
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
      told: (count) => plural(count, '{count} photo restored', '{count} photos restored'),
      untold: (count) => plural(count, 'The photo was not restored.', '{count} photos were not restored.'),
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
        told: (count) =>
          plural(count, '{count} photo moved to the trash', '{count} photos moved to the trash'),
        untold: (count) =>
          plural(
            count,
            'The photo was not moved to the trash.',
            '{count} photos were not moved to the trash.',
          ),
        action: (done) => ({ label: t('Undo'), run: () => restore(done) }),
        after: then,
      }),
    deleteForGood: (ids: readonly string[], then?: (done: readonly string[]) => void) =>
      change({
        ids,
        change: { delete: true },
        told: (count) => plural(count, '{count} photo deleted', '{count} photos deleted'),
        untold: (count) => plural(count, 'The photo was not deleted.', '{count} photos were not deleted.'),
        after: then,
      }),
    /** By a job, however much is in it; events take the images off the page. */
    async empty() {
      try {
        await client.images.changeMany({ query: { trashed: true }, change: { delete: true } })
        if (!ended.aborted) announce(t('The trash is being emptied'))
      } catch (error) {
        if (!ended.aborted)
          notify({
            kind: 'fault',
            text: t('{error} The trash was not emptied.', { error: explainError(error) }),
          })
      }
    },
  }
}
