import type { Image, Version } from '@rendition/contract'
import type { Operation, Output } from '@rendition/contract/recipe'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useMemo, useRef, useState } from 'react'
import { t } from '../languages/translate.ts'
import { useAccount } from './account-scope.tsx'
import type { Account } from './accounts.ts'
import { type Drafts, openDrafts } from './drafts.ts'
import { explainError, FaultInWords, isUnanswered, serviceText } from './explain-error.ts'
import { newId } from './new-id.ts'
import { announce, notify } from './notices.ts'
import { keys } from './query-cache.ts'

/** Versions that the page shows; older ones stay where they are. */
const shown = 50

/** The history of an image, newest first, with the version that is the original of the current one. */
export interface EditHistory {
  versions: readonly Version[]
  current: Version
  base: Version
}

/** Looked at anew whenever the image has become another version. */
export function useHistory(image: Image | undefined) {
  const { client } = useAccount()
  const id = image?.id ?? ''
  return useQuery({
    queryKey: keys.history(id, image?.version ?? 0),
    enabled: image !== undefined,
    queryFn: async ({ signal }): Promise<EditHistory> => {
      const { items } = await client.images.versions(id, { limit: shown }, { signal })
      const one = async (n: number): Promise<Version | undefined> => {
        const known = items.find(({ version }) => version === n)
        if (known !== undefined) return known
        return (await client.images.versions(id, { limit: 1, cursor: String(n + 1) }, { signal })).items[0]
      }
      // After many steps back, the current one stands far below the newest.
      const current = items.find((version) => version.current) ?? (await one(image?.version ?? 1))
      const base = current === undefined ? undefined : await one(current.base)
      if (current === undefined || base === undefined) throw new Error('The history has no current version.')
      return { versions: items, current, base }
    },
    placeholderData: (before) => (before?.current.url.includes(id) ? before : undefined),
  })
}

export interface EditToSave {
  operations: readonly Operation[]
  output: Partial<Output>
  /** The version that the operations are put on. */
  base: number
}

/** What changes the history of an image. Each gives whether it was done, and says so. */
export function useHistoryActs(id: string) {
  const account = useAccount()
  const { client, images, ended } = account
  const [made, setMade] = useState<ReadonlySet<number>>(none)
  const asking = useRef<{ edit: string; key: string } | null>(null)
  const { mutateAsync, isPending } = useMutation({
    mutationFn: async ({ act }: Asked): Promise<Image> => act(account),
    onSuccess: (image, { told }) => {
      if (ended.aborted) return
      setMade((before) => new Set([...before, image.version]))
      images.put(image)
      announce(told)
      notify({ kind: 'done', text: told })
    },
    onError: (error, { untold, unheard = untold }) => {
      if (!ended.aborted)
        notify({ kind: 'fault', text: `${explainError(error)} ${isUnanswered(error) ? unheard : untold}` })
    },
  })
  const run = (asked: Asked): Promise<boolean> =>
    mutateAsync(asked).then(
      () => true,
      () => false,
    )
  /** Of an edit that nobody answered for, the key it was asked with: saved again, it is one version and not two. */
  const keyOf = (edit: string): string => {
    if (asking.current?.edit !== edit) asking.current = { edit, key: newId() }
    return asking.current.key
  }
  return {
    isPending,
    /** The versions that were made here, or gone back to. */
    made,
    save: ({ operations, output, base }: EditToSave) =>
      run({
        told: t('Saved as a new version'),
        untold: t('Nothing was saved; the edit is still here.'),
        unheard: t('The edit is still here: save it again then, and it is saved once.'),
        act: async () => {
          // A recipe without a step is the original again.
          if (operations.length === 0) return client.images.restore(id, base)
          const asked = { steps: operations, ...output }
          const idempotencyKey = keyOf(JSON.stringify([base, asked]))
          const options = { saveImage: true, version: base, idempotencyKey, signal: ended }
          const { jobId } = await client.images.transform(id, asked, options)
          asking.current = null
          const job = await client.jobs.settled(jobId, { signal: ended })
          if (job.status !== 'complete')
            throw new FaultInWords(serviceText(job.errorMessage) ?? t('It was cancelled.'))
          return client.images.get(id, { signal: ended })
        },
      }),
    restore: (version: number) =>
      run({
        told: t('Version {version} restored', { version }),
        untold: t('Nothing was restored.'),
        act: () => client.images.restore(id, version),
      }),
    step: (way: 'undo' | 'redo') =>
      run({
        told: way === 'undo' ? t('Back at the version before') : t('Forward at the next version'),
        untold: t('The version stays.'),
        act: () => client.images[way](id),
      }),
  }
}

interface Asked {
  act: (account: Account) => Promise<Image>
  told: string
  untold: string
  /** Where nobody answered, and nobody knows what became of it. */
  unheard?: string
}

const none: ReadonlySet<number> = new Set()

/** The drafts of the account. */
export function useDrafts(): Drafts {
  const { userId, ended } = useAccount()
  return useMemo(() => openDrafts(localStorage, userId, ended), [userId, ended])
}
