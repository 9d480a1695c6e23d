import type { Transformation } from '@rendition/contract/recipe'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import { plural, t } from '../languages/translate.ts'
import { useAccount } from './account-scope.tsx'
import { type Chosen, imagesOf } from './chosen.ts'
import { explainError } from './explain-error.ts'
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
      const ids = (await imagesOf(chosen, client, ended)).map(({ id }) => id)
      return client.jobs.createMany(
        ids,
        { type: 'transform', transformation, saveImage: true },
        { signal: ended },
      )
    },
    onSuccess: (batch) => {
      if (!ended.aborted) running.begin(batch.batchId)
      jobs.refresh()
    },
    onError: (error) => {
      if (!ended.aborted)
        notify({ kind: 'fault', text: t('{error} Nothing was edited.', { error: explainError(error) }) })
    },
  })
  const done = progress === undefined ? 0 : progress.total - progress.pending - progress.processing
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
    if (batchId === null || progress === undefined || progress.pending + progress.processing > 0) return
    running.end()
    images.refresh()
    const { complete, total } = progress
    const text = plural(complete, 'Edit put on {count} photo', 'Edit put on {count} photos')
    announce(text)
    if (complete === total) notify({ kind: 'done', text })
    else
      notify({
        kind: 'fault',
        text: t('{text}, {failed} failed. The jobs page says why.', { text, failed: total - complete }),
      })
  }, [batchId, progress, images, running])
}

function useRunning() {
  const { running } = useAccount()
  const batchId = useSyncExternalStore(running.subscribe, running.snapshot)
  const progress = useBatch(batchId)
  return { batchId, progress: progress?.batchId === batchId ? progress : undefined }
}
