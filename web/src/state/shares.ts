import { isProblem } from '@rendition/client'
import type { CreatedShare, Page, Share, ShareChange, ShareRequest } from '@rendition/contract'
import { type InfiniteData, useInfiniteQuery, useQueryClient } from '@tanstack/react-query'
import { t } from '../languages/translate.ts'
import { useAccount } from './account-scope.tsx'
import { imagesOf } from './chosen.ts'
import { explainError, FaultInWords } from './explain-error.ts'
import type { GalleryFilter } from './filter.ts'
import { announce, notify } from './notices.ts'
import { keys } from './query-cache.ts'
import { withOriginals } from './share-sizes.ts'

/** What a share opens, or is to open. */
export type ShareTarget =
  | { type: 'album'; albumId: string; name: string }
  | { type: 'image' | 'selection'; imageIds: readonly string[] }
  /** What a list holds when the link is made, also what of it is not loaded; the total is undefined while it is counted. */
  | { type: 'list'; filter: GalleryFilter; name: string; total: number | undefined }

/** What a new link gives; `presets` is null for all that there are. */
export type NewShare = Omit<ShareRequest, 'albumId' | 'imageId' | 'imageIds' | 'sizes'> & {
  originals: boolean
  presets: readonly string[] | null
}

const shareKeys = { all: ['shares'] as const }

/** Links of the account, the newest first; those to one album or image alone where one is named. */
export function useShares(of: { albumId?: string; imageId?: string } = {}) {
  const { client } = useAccount()
  const query = useInfiniteQuery({
    queryKey: [...shareKeys.all, of],
    queryFn: ({ signal, pageParam }) =>
      client.shares.list({ ...of, ...(pageParam === null ? {} : { cursor: pageParam }) }, { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page: Page<Share>) => page.nextCursor,
    staleTime: 10_000,
  })
  return { ...query, shares: query.data?.pages.flatMap(({ items }) => items) ?? [] }
}

/** What changes links, said when it is done or not. */
export function useShareChanges() {
  const { client, ended } = useAccount()
  const queries = useQueryClient()
  const presetNames = async () =>
    (await client.presets.get({ signal: ended })).state.presets.map(({ name }) => name)
  const named = async (target: ShareTarget) => {
    if (target.type !== 'list') return namedBy(target)
    const all = await imagesOf({ images: [], whole: target.filter }, client, ended)
    if (all.length > mostShared) throw new FaultInWords(tooManyText())
    return namedBy({ type: 'selection', imageIds: all.map(({ id }) => id) })
  }
  const put = (changed: (page: Page<Share>) => Page<Share>) =>
    queries.setQueriesData<InfiniteData<Page<Share>>>({ queryKey: shareKeys.all }, (known) =>
      known === undefined ? known : { ...known, pages: known.pages.map(changed) },
    )
  /** The page chose among presets that there were a moment ago. */
  const ofSizes = (error: unknown): never => {
    if (!isProblem(error, 'invalid_request') || error.errors[0]?.path !== 'sizes') throw error
    void queries.invalidateQueries({ queryKey: keys.presets })
    throw new FaultInWords(t('A size that was chosen is not there any more. Look at the sizes once more.'))
  }
  const renew = () => void queries.invalidateQueries({ queryKey: shareKeys.all })
  return {
    /** Throws what the service refuses, to be shown where it was asked. */
    async create(target: ShareTarget, choices: NewShare): Promise<CreatedShare> {
      const { originals, presets, ...given } = choices
      const wanted = {
        ...(await named(target)),
        ...given,
        // Else every preset, which is what the service gives where nothing is said.
        ...((originals || presets !== null) && {
          sizes: withOriginals(presets ?? (await presetNames()), originals),
        }),
      }
      const made = await client.shares.create(wanted).catch(ofSizes)
      renew()
      announce(t('The link is made'))
      return made
    },
    /** Throws what the service refuses, to be shown where it was asked. */
    async change({ id }: Share, wish: ShareChange): Promise<void> {
      try {
        const changed = await client.shares.change(id, wish).catch(ofSizes)
        if (ended.aborted) return
        await queries.cancelQueries({ queryKey: shareKeys.all })
        put((page) => ({ ...page, items: page.items.map((share) => (share.id === id ? changed : share)) }))
        announce(t('The link is changed'))
      } finally {
        // Also what was refused: it may have been revoked or changed elsewhere.
        renew()
      }
    },
    async revoke({ id }: Share): Promise<void> {
      try {
        await client.shares.revoke(id)
        if (ended.aborted) return
        // At once, and whatever the list that is on its way says: it was asked before.
        await queries.cancelQueries({ queryKey: shareKeys.all })
        put((page) => without(page, id))
        renew()
        announce(t('The link is revoked'))
        notify({ kind: 'done', text: t('The link is revoked: it opens nothing any more') })
      } catch (error) {
        if (!ended.aborted)
          notify({ kind: 'fault', text: t('{error} The link still works.', { error: explainError(error) }) })
      }
    },
  }
}

const without = (page: Page<Share>, id: string): Page<Share> => ({
  ...page,
  items: page.items.filter((share) => share.id !== id),
})

function namedBy(
  target: Exclude<ShareTarget, { type: 'list' }>,
): Pick<ShareRequest, 'albumId' | 'imageId' | 'imageIds'> {
  if (target.type === 'album') return { albumId: target.albumId }
  const [only, ...more] = target.imageIds
  return only !== undefined && more.length === 0 ? { imageId: only } : { imageIds: [...target.imageIds] }
}

/** Most images that one link opens by their ids; more go into an album. */
export const mostShared = 1_000
export const tooManyText = (): string =>
  t('A link opens {most} photos at most. Put them into an album and share that.', { most: mostShared })
