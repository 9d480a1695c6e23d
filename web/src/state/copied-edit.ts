import type { Operation } from '@rendition/contract/recipe'
import { useMutation } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { plural, t } from '../languages/translate.ts'
import { useAccount } from './account-scope.tsx'
import { explainError } from './explain-error.ts'
import { announce, notify } from './notices.ts'
import { useDrafts } from './use-edit.ts'
import { useBatch } from './use-jobs.ts'

const name = 'copied'

/** Keeps an edit to be put on other photos: until another is copied, or the account ends. */
export function useCopyEdit(): (operations: readonly Operation[]) => void {
  const drafts = useDrafts()
  return (operations) => {
    const kept = drafts.write(name, { steps: operations })
    const text = kept
      ? t('Edit copied. Select photos in the gallery to paste it.')
      : t('The browser did not let us keep the edit.')
    announce(text)
    notify({ kind: kept ? 'done' : 'fault', text })
  }
}

/** Puts the edit that was copied on photos, behind what each already is: a batch of jobs, with how far it is. */
export function usePasteEdit(onDone: () => void) {
  const { client, jobs, images, ended } = useAccount()
  const drafts = useDrafts()
  const [batchId, setBatchId] = useState<string | null>(null)
  const progress = useBatch(batchId)
  const steps = copiedSteps(drafts.read(name))
  const { mutate, isPending } = useMutation({
    mutationFn: (ids: readonly string[]) =>
      client.jobs.createMany(ids, {
        type: 'transform',
        transformation: { steps: steps ?? [] },
        saveImage: true,
      }),
    onSuccess: (batch) => {
      if (!ended.aborted) setBatchId(batch.batchId)
      jobs.refresh()
    },
    onError: (error) => {
      if (!ended.aborted)
        notify({ kind: 'fault', text: t('{error} Nothing was edited.', { error: explainError(error) }) })
    },
  })
  useEffect(() => {
    if (batchId === null || progress?.batchId !== batchId || progress.pending + progress.processing > 0)
      return
    setBatchId(null)
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
    onDone()
  }, [batchId, progress, images, onDone])
  const done = progress === undefined ? 0 : progress.total - progress.pending - progress.processing
  return {
    /** Whether there is an edit to paste. */
    has: steps !== null,
    paste: (ids: readonly string[]) => mutate(ids),
    /** null while nothing is being done. */
    running: isPending || batchId !== null ? { done, total: progress?.total ?? 0 } : null,
  }
}

function copiedSteps(kept: unknown): Operation[] | null {
  if (typeof kept !== 'object' || kept === null || !('steps' in kept) || !Array.isArray(kept.steps))
    return null
  // The service judges what they are.
  return kept.steps.length === 0 ? null : (kept.steps as Operation[])
}
