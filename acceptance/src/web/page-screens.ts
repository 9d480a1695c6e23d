/** A page of its own, by the path that `web/src/app/pages.tsx` gives it, as one opens it. */
export interface PageScreen {
  path: string
  name: string
  /** What stands in the place of the path's parameters, of what the test made. */
  at?: (made: { imageId: string; shareToken: string; webhookId: string }) => string
}

/** What everybody sees who is signed in, and the administrator's. */
export const pagesInFrame: readonly PageScreen[] = [
  { path: '/albums', name: 'albums' },
  { path: '/duplicates', name: 'duplicates' },
  { path: '/links', name: 'links' },
  { path: '/console/jobs', name: 'jobs' },
  { path: '/console/account', name: 'account' },
  { path: '/console/security', name: 'security' },
  { path: '/console/receipts', name: 'receipts' },
  { path: '/console/activity', name: 'activity' },
  { path: '/console/usage', name: 'usage' },
  { path: '/console/urls/:id?', name: 'urls', at: ({ imageId }) => `/console/urls/${imageId}` },
  { path: '/console/keys', name: 'keys' },
  {
    path: '/console/webhooks/:id?',
    name: 'webhooks',
    at: ({ webhookId }) => `/console/webhooks/${webhookId}`,
  },
  { path: '/console/users', name: 'users' },
  { path: '/console/queue', name: 'queue' },
  { path: '/console/presets', name: 'presets' },
  { path: '/console/service', name: 'service' },
  { path: '/console/storage', name: 'storage' },
  { path: '/console/settings', name: 'settings' },
  { path: '/console/audit', name: 'audit' },
]

/** What whoever has its address sees; without what a mail would bring it says so. */
export const pagesForAll: readonly PageScreen[] = [
  { path: '/s/:token', name: 'shared', at: ({ shareToken }) => `/s/${shareToken}` },
  { path: '/forgot', name: 'forgot' },
  { path: '/reset-password', name: 'reset-password' },
  { path: '/sign-in/:id', name: 'sign-in-provider', at: () => '/sign-in/nobody' },
  { path: '/sign-in-link', name: 'sign-in-link' },
  { path: '/verify-email', name: 'verify-email' },
  { path: '/receipt', name: 'receipt' },
  { path: '/invitation', name: 'invitation' },
]
