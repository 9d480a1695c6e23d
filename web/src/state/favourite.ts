import type { Image } from '@rendition/contract'
import { useCallback } from 'react'
import { plural, t } from '../languages/translate.ts'
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

/** Gives photos so many stars, none with 0. */
export function useRate(): (images: readonly Image[], rating: Image['rating']) => void {
  const account = useAccount()
  const { change } = useChangeMany()
  return useCallback(
    (images, rating) =>
      change({
        ids: images.map(({ id }) => id),
        change: { rating },
        told: (count) => ratedText(count, rating),
        untold: (count) => plural(count, 'The photo was not changed.', '{count} photos were not changed.'),
        after: (done) => {
          for (const id of done) {
            const known = account.images.find(id)
            if (known !== undefined) account.images.put({ ...known, rating })
          }
        },
      }),
    [account, change],
  )
}

const ratedText = (count: number, rating: number): string =>
  t('{photos} rated {stars}', {
    photos: plural(count, '{count} photo', '{count} photos'),
    stars: plural(rating, '{count} star', '{count} stars'),
  })
