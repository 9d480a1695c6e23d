import { type ComponentType, lazy } from 'react'
import { matchRoute, useLocation, useRouter } from 'wouter'

export interface PageEntry {
  /** As wouter writes them: `/console/webhooks/:id?`. */
  path: string
  Page: ComponentType
  /** Whether the search of the library stands above it. */
  searches?: boolean
}

/** A page that is loaded when somebody goes there. */
const page = (load: () => Promise<{ default: ComponentType }>): ComponentType => lazy(load)

/** What stands inside the frame beside the gallery, loaded when wanted. Where to find it says `navigation.ts`. */
export const pages: readonly PageEntry[] = [
  { path: '/albums', Page: page(() => import('../gallery/albums-page.tsx')), searches: true },
  { path: '/console/security', Page: page(() => import('../account-security/security-page.tsx')) },
  { path: '/duplicates', Page: page(() => import('../duplicates/duplicates-page.tsx')) },
  { path: '/links', Page: page(() => import('../shares/links-page.tsx')) },
  { path: '/console/jobs', Page: page(() => import('../jobs/jobs-page.tsx')) },
  { path: '/console/account', Page: page(() => import('../console/account/account-page.tsx')) },
  { path: '/console/receipts', Page: page(() => import('../console/account/receipts-page.tsx')) },
  { path: '/console/activity', Page: page(() => import('../console/account/activity-page.tsx')) },
  { path: '/console/usage', Page: page(() => import('../console/account/usage-page.tsx')) },
  { path: '/console/urls/:id?', Page: page(() => import('../console/urls/urls-page.tsx')) },
  { path: '/console/users', Page: page(() => import('../console/admin/users-page.tsx')) },
  { path: '/console/audit', Page: page(() => import('../console/admin/audit-page.tsx')) },
  { path: '/console/queue', Page: page(() => import('../console/operations/queue-page.tsx')) },
  { path: '/console/storage', Page: page(() => import('../console/operations/storage-page.tsx')) },
  { path: '/console/settings', Page: page(() => import('../console/operations/settings-page.tsx')) },
  { path: '/console/presets', Page: page(() => import('../console/presets/presets-page.tsx')) },
  { path: '/console/service', Page: page(() => import('../console/admin/service-page.tsx')) },
  { path: '/console/webhooks/:id?', Page: page(() => import('../console/webhooks/webhooks-page.tsx')) },
  { path: '/console/keys', Page: page(() => import('../console/account/keys-page.tsx')) },
]

/** What needs neither frame nor account: whoever has its address sees it. */
export const openPages: readonly PageEntry[] = [
  { path: '/s/:token', Page: page(() => import('../shares/shared-page.tsx')) },
  { path: '/forgot', Page: page(() => import('../auth/forgot-page.tsx')) },
  { path: '/reset-password', Page: page(() => import('../auth/reset-page.tsx')) },
  { path: '/sign-in/:id', Page: page(() => import('../auth/provider-page.tsx')) },
  { path: '/sign-in-link', Page: page(() => import('../auth/sign-in-link-page.tsx')) },
  { path: '/verify-email', Page: page(() => import('../auth/verify-page.tsx')) },
  { path: '/receipt', Page: page(() => import('../console/account/receipt-page.tsx')) },
  { path: '/invitation', Page: page(() => import('../auth/invitation-page.tsx')) },
  // While developing: every component in every state. Of the built page neither this line nor the page is a part.
  ...(import.meta.env.DEV ? [{ path: '/design', Page: page(() => import('../ui/catalogue.tsx')) }] : []),
]

const galleryPaths = ['/', '/photos/:id', '/photos/:id/edit']

/** The entry of a table for the address at hand. */
export function usePageOf(table: readonly PageEntry[]): PageEntry | undefined {
  const [path] = useLocation()
  const { parser } = useRouter()
  return table.find((entry) => matchRoute(parser, entry.path, path)[0])
}

/** Whether the frame has something to show at this address. */
export function useIsInFrame(): boolean {
  const [path] = useLocation()
  const { parser } = useRouter()
  return [...galleryPaths, ...pages.map((entry) => entry.path)].some(
    (pattern) => matchRoute(parser, pattern, path)[0],
  )
}
