import { isProblem } from '@rendition/client'
import { QueryClient } from '@tanstack/react-query'
import type { GalleryFilter } from './filter.ts'
import { isOnline } from './online.ts'

/** Everything that is kept of the service's answers has one of these keys. */
export const keys = {
  me: ['me'],
  sessions: ['sessions'],
  apiKeys: ['api-keys'],
  email: ['email'],
  notifications: ['notifications'],
  receipts: (of: string) => ['receipts', of] as const,
  receipt: (token: string) => ['receipt', token] as const,
  invitations: ['invitations'],
  someImages: (q: string) => ['some-images', q] as const,
  explanation: (imageId: string, parameters: object) => ['explanation', imageId, parameters] as const,
  delivered: (url: string) => ['delivered', url] as const,
  allUsers: ['users'],
  users: (filter: object) => ['users', filter] as const,
  activity: (filter: object) => ['activity', filter] as const,
  audit: (filter: object) => ['audit', filter] as const,
  adminStats: ['admin-stats'],
  presets: ['presets'],
  presetSets: (version: number | null, coming: number | null) => ['preset-sets', version, coming] as const,
  presetEstimate: (request: object | null) => ['preset-estimate', request] as const,
  service: ['service'],
  lanes: ['lanes'],
  everyJobsOfAll: ['jobs-of-all'],
  jobsOfAll: (filter: object) => ['jobs-of-all', filter] as const,
  processes: ['processes'],
  operationsHistory: (hours: number) => ['operations-history', hours] as const,
  storage: ['storage'],
  purges: ['purges'],
  settings: ['settings'],
  releases: ['releases'],
  webhooks: ['webhooks'],
  webhook: (id: string) => ['webhooks', id] as const,
  allDeliveries: (id: string) => ['deliveries', id] as const,
  deliveries: (id: string, status: string) => ['deliveries', id, status] as const,
  delivery: (webhookId: string, id: string, state: string) => ['deliveries', webhookId, id, state] as const,
  usage: (days: number) => ['usage', days] as const,
  registration: ['registration'],
  link: (token: string) => ['link', token] as const,
  twoStep: ['two-step'],
  identities: ['identities'],
  allLists: ['images'],
  list: (filter: GalleryFilter) => ['images', filter] as const,
  allFacets: ['facets'],
  facets: (query: object) => ['facets', query] as const,
  duplicates: ['duplicates'],
  savedSearches: ['saved-searches'],
  albums: ['albums'],
  album: (id: string) => ['albums', id] as const,
  albumsOf: (id: string) => ['albums', 'of', id] as const,
  renditions: (id: string, version: number) => ['renditions', id, version] as const,
  versions: (id: string, version: number) => ['versions', id, version] as const,
  image: (id: string) => ['image', id] as const,
  sameBytes: (sha256: string) => ['same-bytes', sha256] as const,
  history: (id: string, version: number) => ['history', id, version] as const,
  allJobs: ['jobs'],
  jobs: (filter: object) => ['jobs', filter] as const,
  batch: (id: string) => ['batch', id] as const,
} as const

/** What the service said to one account, for as long as it is signed in and the page is open. */
export function createQueryCache(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        // Left to itself it waits for a network and shows neither answer nor fault: old pictures under a new search.
        networkMode: 'always',
        refetchOnReconnect: true,
        // A refusal stays a refusal; only what may pass is tried again, and a network that comes back tries all.
        retry: (failures, error) => failures < 2 && isOnline() && !(isProblem(error) && error.status < 500),
        refetchOnWindowFocus: false,
      },
      mutations: {
        // Left to itself it keeps a change until there is a network again: nothing is shown, and it happens later.
        networkMode: 'always',
      },
    },
  })
}
