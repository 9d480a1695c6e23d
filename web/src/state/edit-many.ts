import type { Transformation } from '@rendition/contract/recipe'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import { plural, t } from '../languages/translate.ts'
import { useAccount } from './account-scope.tsx'
import { type Chosen, imagesOf } from './chosen.ts'
import { explainError, isUnanswered } from './explain-error.ts'
import { announce, notify } from './notices.ts'
import { useBatch } from './use-jobs.ts'

interface Asked {
  chosen: Chosen
  transformation: Transformation
}

/** Does the same to many photos, behind what each already is: a batch of jobs, with how far it is. */
export function useEditMany() {
  const { client, jobs, running, ended } = useAccount()
  const { batchId, progress } = useRunning()
  const { mutate, isPending } = useMutation({
    mutationFn: async ({ chosen, transformation }: Asked) => {
      const edit = JSON.stringify([chosen.whole ?? chosen.images.map(({ id }) => id), transformation])
      const { ids, idempotencyKey } = await running.asking(edit, async () =>
        (await imagesOf(chosen, client, ended)).map(({ id }) => id),
      )
      return client.jobs.createMany(
        ids,
        { type: 'transform', transformation, saveImage: true, idempotencyKey },
        { signal: ended },
      )
    },
    onSuccess: (batch) => {
      if (!ended.aborted) running.begin(batch.batchId)
      jobs.refresh()
    },
    onError: (error) => {
      if (ended.aborted) return
      const values = { error: explainError(error) }
      if (isUnanswered(error)) {
        // It may be under way: the page of jobs knows.
        jobs.refresh()
        const text = t('{error} Ask for the same edit again then, and each photo is edited once.', values)
        return notify({ kind: 'fault', text })
      }
      running.begin(null)
      notify({ kind: 'fault', text: t('{error} Nothing was edited.', values) })
    },
  })
  const done = progress == null ? 0 : progress.total - progress.pending - progress.processing
  return {
    edit: mutate,
    /** null while nothing is being done. */
    running: isPending || batchId !== null ? { done, total: progress?.total ?? 0 } : null,
  }
}

/** Says what became of the batch that runs, once it is through: whatever is selected or looked at by then. */
export function useEndOfEdits(): void {
  const { images, running } = useAccount()
  const { batchId, progress } = useRunning()
  useEffect(() => {
    if (batchId === null || progress === undefined) return
    if (progress !== null && progress.pending + progress.processing > 0) return
    running.end()
    images.refresh()
    // Removed from the list of jobs: there is nothing left to say how many were edited.
    if (progress === null) return
    const { complete, failed } = progress
    const text = plural(complete, 'Edit put on {count} photo', 'Edit put on {count} photos')
    announce(text)
    if (failed === 0) notify({ kind: 'done', text })
    else
      notify({
        kind: 'fault',
        text: t('{text}, {failed} failed. The jobs page says why.', { text, failed }),
      })
  }, [batchId, progress, images, running])
}

function useRunning() {
  const { running } = useAccount()
  const batchId = useSyncExternalStore(running.subscribe, running.snapshot)
  const progress = useBatch(batchId)
  return { batchId, progress: progress === null || progress?.batchId === batchId ? progress : undefined }
}
