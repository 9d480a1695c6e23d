import { type ComponentType, useEffect, useState, useSyncExternalStore } from 'react'
import { matchRoute, useLocation, useRouter } from 'wouter'
import { type Part, partOf } from '../ui/part.ts'

interface PageModule {
  default: ComponentType
}

export interface PageEntry {
  /** As wouter writes them: `/console/webhooks/:id?`. */
  path: string
  part: Part<PageModule>
  /** Whether the search of the library stands above it. */
  searches?: boolean
}

/** A page that is loaded when somebody goes there. */
const page = (load: () => Promise<PageModule>): Part<PageModule> => partOf(load)

/** Where it did not come it is asked for again the next time: what `lazy` remembers of that, it remembers for good. */
export function LatePage({ part }: { part: Part<PageModule> }) {
  const [fault, setFault] = useState<{ error: unknown } | null>(null)
  useEffect(() => {
    let isWanted = true
    part.fetch().catch((error: unknown) => isWanted && setFault({ error }))
    return () => {
      isWanted = false
    }
  }, [part])
  const loaded = useSyncExternalStore(part.subscribe, part.current)
  if (fault !== null) throw fault.error
  return loaded && <loaded.default />
}

/** What stands inside the frame beside the gallery, loaded when wanted. Where to find it says `navigation.ts`. */
export const pages: readonly PageEntry[] = [
  { path: '/albums', part: page(() => import('../gallery/albums-page.tsx')), searches: true },
  { path: '/console/security', part: page(() => import('../account-security/security-page.tsx')) },
  { path: '/duplicates', part: page(() => import('../duplicates/duplicates-page.tsx')) },
  { path: '/links', part: page(() => import('../shares/links-page.tsx')) },
  { path: '/console/jobs', part: page(() => import('../jobs/jobs-page.tsx')) },
  { path: '/console/account', part: page(() => import('../console/account/account-page.tsx')) },
  { path: '/console/receipts', part: page(() => import('../console/account/receipts-page.tsx')) },
  { path: '/console/activity', part: page(() => import('../console/account/activity-page.tsx')) },
  { path: '/console/usage', part: page(() => import('../console/account/usage-page.tsx')) },
  { path: '/console/urls/:id?', part: page(() => import('../console/urls/urls-page.tsx')) },
  { path: '/console/users', part: page(() => import('../console/admin/users-page.tsx')) },
  { path: '/console/audit', part: page(() => import('../console/admin/audit-page.tsx')) },
  { path: '/console/queue', part: page(() => import('../console/operations/queue-page.tsx')) },
  { path: '/console/storage', part: page(() => import('../console/operations/storage-page.tsx')) },
  { path: '/console/settings', part: page(() => import('../console/operations/settings-page.tsx')) },
  { path: '/console/presets', part: page(() => import('../console/presets/presets-page.tsx')) },
  { path: '/console/service', part: page(() => import('../console/admin/service-page.tsx')) },
  { path: '/console/webhooks/:id?', part: page(() => import('../console/webhooks/webhooks-page.tsx')) },
  { path: '/console/keys', part: page(() => import('../console/account/keys-page.tsx')) },
]

/** What needs neither frame nor account: whoever has its address sees it. */
export const openPages: readonly PageEntry[] = [
  { path: '/s/:token', part: page(() => import('../shares/shared-page.tsx')) },
  { path: '/forgot', part: page(() => import('../auth/forgot-page.tsx')) },
  { path: '/reset-password', part: page(() => import('../auth/reset-page.tsx')) },
  { path: '/sign-in/:id', part: page(() => import('../auth/provider-page.tsx')) },
  { path: '/sign-in-link', part: page(() => import('../auth/sign-in-link-page.tsx')) },
  { path: '/verify-email', part: page(() => import('../auth/verify-page.tsx')) },
  { path: '/receipt', part: page(() => import('../console/account/receipt-page.tsx')) },
  { path: '/invitation', part: page(() => import('../auth/invitation-page.tsx')) },
  // While developing: every component in every state. Of the built page neither this line nor the page is a part.
  ...(import.meta.env.DEV ? [{ path: '/design', part: page(() => import('../ui/catalogue.tsx')) }] : []),
]

/** At every address that is none. */
const noSuchPage: PageEntry = { path: '*', part: page(() => import('./no-such-page.tsx')) }

const galleryPaths = ['/', '/photos/:id', '/photos/:id/edit']

/** The entry of a table for the address at hand. */
export function usePageOf(table: readonly PageEntry[]): PageEntry | undefined {
  const [path] = useLocation()
  const { parser } = useRouter()
  return table.find((entry) => matchRoute(parser, entry.path, path)[0])
}

/** What stands in the frame in the place of the gallery; undefined where the gallery does. */
export function useFramePage(): PageEntry | undefined {
  const page = usePageOf(pages)
  const isInFrame = useIsInFrame()
  return isInFrame ? page : noSuchPage
}

/** Whether the frame has something to show at this address. */
export function useIsInFrame(): boolean {
  const [path] = useLocation()
  const { parser } = useRouter()
  return [...galleryPaths, ...pages.map((entry) => entry.path)].some(
    (pattern) => matchRoute(parser, pattern, path)[0],
  )
}
