import type { Album, Image, Version } from '@rendition/contract'
import { useQuery } from '@tanstack/react-query'
import { t } from '../languages/translate.ts'
import { useAccount } from './account-scope.tsx'
import { explainError } from './explain-error.ts'
import { announce, notify } from './notices.ts'
import { keys } from './query-cache.ts'
import { type RecentUse, recentUses } from './recent-uses.ts'

/** As far back as the panel goes; the API has the rest. */
const versionsShown = 100

/** The history of an image, the newest version first; asked for anew with each new version. */
export function useVersions({ id, version }: Image): readonly Version[] | undefined {
  const { client } = useAccount()
  return useQuery({
    queryKey: keys.versions(id, version),
    queryFn: async ({ signal }) =>
      (await client.images.versions(id, { limit: versionsShown }, { signal })).items,
    staleTime: Number.POSITIVE_INFINITY,
  }).data
}

/** Makes a version the current one again, by appending it. */
export function useRestoreVersion(id: string): (version: number) => Promise<void> {
  const { client, images, ended } = useAccount()
  return async (version) => {
    try {
      const image = await client.images.restore(id, version, { signal: ended })
      images.put(image)
      announce(t('Version {version} restored', { version }))
      notify({ kind: 'done', text: t('Version {version} restored', { version }) })
    } catch (error) {
      if (!ended.aborted)
        notify({ kind: 'fault', text: t('{error} Nothing was changed.', { error: explainError(error) }) })
    }
  }
}

/** The albums that hold an image. */
export function useAlbumsOf(imageId: string): readonly Album[] {
  const { client } = useAccount()
  const { data } = useQuery({
    queryKey: keys.albumsOf(imageId),
    queryFn: async ({ signal }) => (await client.albums.list({ imageId, limit: 50 }, { signal })).items,
    staleTime: 60_000,
  })
  return data ?? []
}

export function useRecentUses({ id, version }: Image): readonly RecentUse[] {
  const { client } = useAccount()
  const { data } = useQuery({
    queryKey: keys.renditions(id, version),
    queryFn: async ({ signal }) =>
      recentUses((await client.images.renditions(id, {}, { signal })).items, Date.now()),
    staleTime: 30_000,
  })
  return data ?? []
}
