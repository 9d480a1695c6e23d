import { createUrlBuilder } from '@rendition/client'
import type { Explanation } from '@rendition/contract'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useAccount } from './account-scope.tsx'
import { readPicture } from './fetch-picture.ts'
import { keys } from './query-cache.ts'

const shown = 24

/** Pictures to choose one from: the newest, or those that are searched for. */
export function useSomeImages(q: string) {
  const { client } = useAccount()
  return useQuery({
    queryKey: keys.someImages(q),
    queryFn: ({ signal }) => client.images.list({ limit: shown, ...(q === '' ? {} : { q }) }, { signal }),
    placeholderData: keepPreviousData,
  })
}

export type Parameters = Readonly<Record<string, string>>

/** How the service understands a URL with these parameters. */
export function useExplanation(imageId: string, parameters: Parameters, enabled = true) {
  const { client } = useAccount()
  return useQuery({
    queryKey: keys.explanation(imageId, parameters),
    queryFn: ({ signal }) => client.images.explain(imageId, parameters, { signal }),
    placeholderData: keepPreviousData,
    enabled,
    // What it says of the cache is true for a moment.
    staleTime: 0,
  })
}

/** A picture as it was answered. */
export interface Delivered {
  blob: Blob
  bytes: number
  contentType: string
  /** Until its last byte was here, in milliseconds. */
  took: number
  /** The service's own words: hit or miss, and the layer. */
  cacheStatus: string | null
  serverTiming: string | null
  etag: string | null
}

/** Asks for a picture as a browser that has never seen it does, and measures. */
export function useDelivered(explanation: Explanation | undefined) {
  const url = explanation?.url
  return useQuery({
    queryKey: keys.delivered(url ?? ''),
    queryFn: async ({ signal }): Promise<Delivered> => {
      const from = performance.now()
      const asked: RequestInit = { signal, cache: 'no-store', headers: { accept: acceptOfImages } }
      return readPicture(url ?? '', asked, async (answer) => {
        const blob = await answer.blob()
        return {
          blob,
          bytes: blob.size,
          contentType: answer.headers.get('content-type') ?? '',
          took: performance.now() - from,
          cacheStatus: answer.headers.get('cache-status'),
          serverTiming: answer.headers.get('server-timing'),
          etag: answer.headers.get('etag'),
        }
      })
    },
    enabled: url !== undefined,
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    // Pictures are large: not kept behind the page.
    gcTime: 10_000,
  })
}

/** What browsers say for an `<img>`, so that the format is the one that they get. */
const acceptOfImages = 'image/avif,image/webp,image/apng,image/*,*/*;q=0.8'

/** The URL without a signature, of this service. */
export function openUrl(imageId: string, { v, ...parameters }: Parameters): string {
  const builder = createUrlBuilder({ baseUrl: window.location.origin })
  return builder.url({ imageId, parameters, ...(v === undefined ? {} : { version: Number(v) }) })
}
