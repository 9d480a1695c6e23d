import type { Album, AlbumChange, Page } from '@rendition/contract'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { formatDate } from '../languages/numbers.ts'
import { plural, t } from '../languages/translate.ts'
import { useAccount } from './account-scope.tsx'
import { explainError } from './explain-error.ts'
import { announce, notify } from './notices.ts'
import { keys } from './query-cache.ts'

/** As many as one page of the service holds. */
const pageSize = 200

/** All albums of the account, the newest first: a name that is typed is looked for in all of them. */
export function useAlbums() {
  const { client, seen } = useAccount()
  return useQuery({
    queryKey: keys.albums,
    queryFn: ({ signal }) =>
      seen.or(keys.albums, async (): Promise<Page<Album>> => {
        const items: Album[] = []
        for await (const page of client.albums.pages({ limit: pageSize }, { signal }))
          items.push(...page.items)
        return { items, nextCursor: null }
      }),
    staleTime: 60_000,
  })
}

/** One album; undefined where none is meant or it has not come. */
export function useAlbum(id: string): Album | undefined {
  const { client, seen } = useAccount()
  return useQuery({
    queryKey: keys.album(id),
    queryFn: ({ signal }) => seen.or(keys.album(id), () => client.albums.get(id, { signal })),
    enabled: id !== '',
    staleTime: 60_000,
  }).data
}

/** What changes albums, said when it is done or not. */
export function useAlbumChanges() {
  const { client, ended } = useAccount()
  const queries = useQueryClient()
  const saying = async <T>(work: Promise<T>, text: (made: T) => string): Promise<T | null> => {
    try {
      const made = await work
      if (ended.aborted) return null
      void queries.invalidateQueries({ queryKey: keys.albums })
      announce(text(made))
      notify({ kind: 'done', text: text(made) })
      return made
    } catch (error) {
      if (!ended.aborted)
        notify({ kind: 'fault', text: t('{error} Nothing was changed.', { error: explainError(error) }) })
      return null
    }
  }
  return {
    create: (name: string, imageIds: readonly string[] = []) =>
      saying(client.albums.create({ name, imageIds: [...imageIds] }), (album) =>
        t('Album “{name}” made', { name: album.name }),
      ),
    remove: (album: Album) =>
      saying(client.albums.remove(album.id), () =>
        t('Album “{name}” deleted; its photos are still here', { name: album.name }),
      ),
    change: (album: Album, part: AlbumChange, told: string) =>
      saying(client.albums.change(album.id, part), () => told),
  }
}

/** What an album is called that nobody named: the day, as the page writes days. */
export const nameOfNewAlbum = (): string => formatDate(new Date(), { dateStyle: 'long' })

/** How many photos an album holds, in words. */
export const countOf = ({ imageCount }: Album): string =>
  plural(imageCount, '{count} photo', '{count} photos')
