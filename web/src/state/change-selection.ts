import type { Album, BulkChange, Image, Visibility } from '@rendition/contract'
import { plural } from '../format.ts'
import { useAccount } from './account-scope.tsx'
import { useChangeMany, useTrash } from './change-many.ts'
import { explainError } from './explain-error.ts'
import { bulkQueryOf, type GalleryFilter } from './filter.ts'
import { announce, notify } from './notices.ts'

/** What is selected: these images, or all that a list means. */
export interface Chosen {
  images: readonly Image[]
  /** The list that is meant as a whole; null for `images` alone. */
  whole: GalleryFilter | null
}

/** As many jobs as one request makes. */
const jobsAtOnce = 10_000

/** What can be done with all that is selected at once, said when it is done or not. */
export function useChangeSelection({ images, whole }: Chosen, then: () => void) {
  const account = useAccount()
  const { change, isPending } = useChangeMany()
  const { restore, trash, deleteForGood, isPending: moving } = useTrash()
  const ids = images.map(({ id }) => id)
  const query = whole === null ? undefined : bulkQueryOf(whole)

  const mark = (
    part: BulkChange,
    told: (photos: string) => string,
    { keep = false, shown = {} }: { keep?: boolean; shown?: Partial<Image> } = {},
  ): void =>
    change({
      ids,
      query,
      change: part,
      told,
      untold: (were) => `${were} not changed.`,
      after: (done) => {
        // Seen at once where it was done; events tell it to everybody else.
        for (const id of done) {
          const known = account.images.find(id)
          if (known !== undefined) account.images.put({ ...known, ...shown })
        }
        if (!keep) then()
      },
    })

  return {
    busy: isPending || moving,
    setFavourite: (favourite: boolean) =>
      mark(
        { favourite },
        (photos) => (favourite ? `${photos} in your favourites` : `${photos} out of your favourites`),
        { keep: true, shown: { favourite } },
      ),
    setVisibility: (visibility: Visibility) =>
      mark({ visibility }, (photos) => `${photos} now ${visibility}`),
    setArchived: (archived: boolean) =>
      mark({ archived }, (photos) => (archived ? `${photos} archived` : `${photos} out of the archive`), {
        shown: { archived },
      }),
    setRating: (rating: number) =>
      mark({ rating }, (photos) => `${photos} rated ${plural(rating, 'star')}`, {
        keep: true,
        shown: { rating },
      }),
    addTags: (tags: string[]) => mark({ addTags: tags }, (photos) => `${photos} tagged ${tags.join(', ')}`),
    removeTags: (tags: string[]) =>
      mark({ removeTags: tags }, (photos) => `${tags.join(', ')} taken off ${photos}`),
    addToAlbum: (album: Album) => mark({ addToAlbum: album.id }, (photos) => `${photos} in “${album.name}”`),
    takeOut: (album: Album) =>
      mark({ removeFromAlbum: album.id }, (photos) => `${photos} taken out of “${album.name}”`),
    restore: () =>
      query === undefined ? restore(ids, then) : mark({ trash: false }, (photos) => `${photos} restored`),
    trash: () =>
      query === undefined ? trash(ids, then) : mark({ trash: true }, (photos) => `${photos} in the trash`),
    deleteForGood: () =>
      query === undefined
        ? deleteForGood(ids, then)
        : mark({ delete: true }, (photos) => `${photos} deleted`),
    /** By a job for each; they stand on the page of jobs as one batch. */
    async makeSizes() {
      try {
        for (let at = 0; at < ids.length; at += jobsAtOnce)
          await account.client.jobs.createMany(
            ids.slice(at, at + jobsAtOnce),
            { type: 'renditions' },
            { signal: account.ended },
          )
        if (account.ended.aborted) return
        const text = `The sizes of ${plural(ids.length, 'photo')} are being made anew`
        announce(text)
        notify({ kind: 'done', text })
        then()
      } catch (error) {
        if (!account.ended.aborted) notify({ kind: 'fault', text: explainError(error) })
      }
    },
  }
}
