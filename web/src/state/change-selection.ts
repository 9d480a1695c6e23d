import type { Album, BulkChange, Image, Visibility } from '@rendition/contract'
import { plural, t } from '../languages/translate.ts'
import { useAccount } from './account-scope.tsx'
import { useChangeMany, useTrash } from './change-many.ts'
import { type Chosen, imagesOf } from './chosen.ts'
import { explainError } from './explain-error.ts'
import { bulkQueryOf } from './filter.ts'
import { announce, notify } from './notices.ts'

/** A change back, with what is said of it. */
interface Way {
  change: BulkChange
  told: (count: number) => string
}

const archivedText =
  (archived: boolean) =>
  (count: number): string =>
    archived
      ? plural(count, '{count} photo archived', '{count} photos archived')
      : plural(count, '{count} photo out of the archive', '{count} photos out of the archive')
const untold = (count: number): string =>
  plural(count, 'The photo was not changed.', '{count} photos were not changed.')

/** What can be done with all that is selected at once, said when it is done or not. */
export function useChangeSelection({ images, whole }: Chosen, then: () => void) {
  const account = useAccount()
  const { change, isPending } = useChangeMany()
  const { restore, trash, deleteForGood, isPending: moving } = useTrash()
  const ids = images.map(({ id }) => id)
  const query = whole === null ? undefined : bulkQueryOf(whole)

  const mark = (
    part: BulkChange,
    told: (count: number) => string,
    { keep = false, shown = {}, undo }: { keep?: boolean; shown?: Partial<Image>; undo?: Way } = {},
  ): void =>
    change({
      ids,
      query,
      change: part,
      told,
      untold,
      action: (done) =>
        undo && {
          label: t('Undo'),
          run: () => change({ ...undo, ids: done, untold, after: () => account.images.refresh() }),
        },
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
        (count) =>
          favourite
            ? plural(count, '{count} photo in your favourites', '{count} photos in your favourites')
            : plural(count, '{count} photo out of your favourites', '{count} photos out of your favourites'),
        { keep: true, shown: { favourite } },
      ),
    setVisibility: (visibility: Visibility) =>
      mark({ visibility }, (count) =>
        visibility === 'public'
          ? plural(count, '{count} photo now public', '{count} photos now public')
          : plural(count, '{count} photo now private', '{count} photos now private'),
      ),
    setArchived: (archived: boolean) =>
      mark({ archived }, archivedText(archived), {
        shown: { archived },
        // They left the list that is looked at.
        undo: { change: { archived: !archived }, told: archivedText(!archived) },
      }),
    addTags: (tags: string[]) =>
      mark({ addTags: tags }, (count) =>
        plural(count, '{count} photo tagged {tags}', '{count} photos tagged {tags}', {
          tags: tags.join(', '),
        }),
      ),
    removeTags: (tags: string[]) =>
      mark({ removeTags: tags }, (count) =>
        plural(count, '{tags} taken off {count} photo', '{tags} taken off {count} photos', {
          tags: tags.join(', '),
        }),
      ),
    addToAlbum: (album: Album) =>
      mark({ addToAlbum: album.id }, (count) =>
        plural(count, '{count} photo in “{name}”', '{count} photos in “{name}”', { name: album.name }),
      ),
    takeOut: (album: Album) =>
      mark({ removeFromAlbum: album.id }, (count) =>
        plural(count, '{count} photo taken out of “{name}”', '{count} photos taken out of “{name}”', {
          name: album.name,
        }),
      ),
    restore: () =>
      query === undefined
        ? restore(ids, then)
        : mark({ trash: false }, (count) =>
            plural(count, '{count} photo restored', '{count} photos restored'),
          ),
    trash: () =>
      query === undefined
        ? trash(ids, then)
        : mark({ trash: true }, (count) =>
            plural(count, '{count} photo in the trash', '{count} photos in the trash'),
          ),
    deleteForGood: () =>
      query === undefined
        ? deleteForGood(ids, then)
        : mark({ delete: true }, (count) => plural(count, '{count} photo deleted', '{count} photos deleted')),
    /** By a job for each; they stand on the page of jobs as one batch. */
    async makeSizes() {
      const { client, ended } = account
      try {
        const all = await imagesOf({ images, whole }, client, ended)
        await client.jobs.createMany(
          all.map(({ id }) => id),
          { type: 'renditions' },
          { signal: ended },
        )
        if (ended.aborted) return
        const text = plural(
          all.length,
          'The sizes of {count} photo are being made anew',
          'The sizes of {count} photos are being made anew',
        )
        announce(text)
        notify({ kind: 'done', text })
        then()
      } catch (error) {
        if (!account.ended.aborted) notify({ kind: 'fault', text: explainError(error) })
      }
    },
  }
}
