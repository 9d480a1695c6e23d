import type { Image } from '@rendition/contract'
import { useCallback } from 'react'
import { plural } from '../languages/translate.ts'
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
        told: (count) =>
          favourite
            ? plural(count, '{count} photo in your favourites', '{count} photos in your favourites')
            : plural(count, '{count} photo out of your favourites', '{count} photos out of your favourites'),
        untold: (count) => plural(count, 'The photo was not changed.', '{count} photos were not changed.'),
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
