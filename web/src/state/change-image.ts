import type { ImageChange } from '@rendition/client'
import type { Image } from '@rendition/contract'
import { useMutation } from '@tanstack/react-query'
import { t } from '../languages/translate.ts'
import { useAccount } from './account-scope.tsx'
import { explainError } from './explain-error.ts'
import { announce, notify } from './notices.ts'

/** Saves a change of an image as it is made. Rejects, and says why, when it was not saved. */
export function useChangeImage(id: string): (change: ImageChange) => Promise<Image> {
  const { client, images, ended } = useAccount()
  const { mutateAsync } = useMutation({
    mutationFn: (change: ImageChange) => client.images.patch(id, change),
    onSuccess: (changed) => {
      if (ended.aborted) return
      images.put(changed)
      announce(t('Saved'))
    },
    onError: (error) => {
      if (!ended.aborted)
        notify({ kind: 'fault', text: t('{error} Nothing was changed.', { error: explainError(error) }) })
    },
  })
  return mutateAsync
}
