import type { Image } from '@rendition/contract'
import { useCallback } from 'react'
import { useAccount } from './account-scope.tsx'
import { useChangeMany } from './change-many.ts'

/** Marks photos as favourites, or, where all of them are, unmarks them. Shown at once where it was done. */
export function useFavourite(): (images: readonly Image[]) => void {
  const account = useAccount()
  const { change } = useChangeMany()
  return useCallback(
    (images) => {
      const favourite = !images.every((image) => image.favourite)
      change({
        ids: images.map(({ id }) => id),
        change: { favourite },
        told: (photos) => (favourite ? `${photos} in your favourites` : `${photos} out of your favourites`),
        untold: (were) => `${were} not changed.`,
        after: (done) => {
          for (const id of done) {
            const known = account.images.find(id)
            if (known !== undefined) account.images.put({ ...known, favourite })
          }
        },
      })
    },
    [account, change],
  )
}
