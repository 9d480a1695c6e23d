import type { Image } from '@rendition/contract'
import { useQueryClient } from '@tanstack/react-query'
import { plural, t } from '../languages/translate.ts'
import { useAccount } from './account-scope.tsx'
import { explainError } from './explain-error.ts'
import { type GalleryFilter, isWholeAlbum } from './filter.ts'
import type { ImagePages } from './image-cache.ts'
import { movedBefore } from './moved-before.ts'
import { announce, notify } from './notices.ts'
import { keys } from './query-cache.ts'

/** As many as the service moves at once. */
const atOnce = 500

/**
 * Moves images of the album that the list shows; null where it shows no album in its own order. It is seen at once; where the
 * service does not take it, because another tab took the goal out say, the list is asked for anew.
 */
export function useAlbumOrder(filter: GalleryFilter, images: readonly Image[]) {
  const { client, ended, images: cache } = useAccount()
  const queries = useQueryClient()
  if (!isWholeAlbum(filter)) return null
  const key = keys.list(filter)
  return async (ids: ReadonlySet<string>, before: string | null): Promise<void> => {
    const moved = images.flatMap(({ id }) => (ids.has(id) ? [id] : []))
    if (moved.length === 0 || (before !== null && ids.has(before))) return
    const known = queries.getQueryData<ImagePages>(key)
    // The end of what is loaded is not the end of the album.
    if (before === null && known?.pages.at(-1)?.nextCursor !== null) return
    // An answer that is under way knows the order before.
    void queries.cancelQueries({ queryKey: key }, { revert: false })
    queries.setQueryData<ImagePages>(key, (pages) => pages && movedBefore(pages, ids, before))
    try {
      for (let at = 0; at < moved.length; at += atOnce)
        await client.albums.move(filter.album, moved.slice(at, at + atOnce), { before }, { signal: ended })
      announce(plural(moved.length, '{count} photo moved', '{count} photos moved'))
    } catch (error) {
      if (ended.aborted) return
      notify({ kind: 'fault', text: `${explainError(error)} ${t('The order was not changed.')}` })
      cache.refreshAlbums()
    }
  }
}
