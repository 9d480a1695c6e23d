import type {
  AccountChange,
  AccountDetails,
  ActivityEntry,
  EmailState,
  Notifications,
  NotificationsChange,
  Page,
  Session,
  Usage,
} from '@rendition/contract'
import type { ActivityQuery } from './admin.ts'
import { type Asking, type PageQuery, pagesOf } from './asking.ts'
import type { Transport } from './transport.ts'

/** The account itself: its names, its password, the devices that are signed in to it, its end. */
export interface AccountPart {
  /** A new password needs `currentPassword`; other devices and, unless `keepKeys`, API keys end with the old one. */
  change(change: AccountChange, asking?: Asking): Promise<AccountDetails>
  /** Devices that are signed in, newest first. */
  sessions(query?: PageQuery, asking?: Asking): Promise<Page<Session>>
  allSessions(query?: PageQuery, asking?: Asking): AsyncGenerator<Page<Session>, void, void>
  /** Signs one device out. */
  endSession(id: string, asking?: Asking): Promise<void>
  /** The address, and whether it is verified. */
  email(asking?: Asking): Promise<EmailState>
  /** Has the link that verifies it mailed once more. 409 `mail_off`. */
  resendVerification(asking?: Asking): Promise<void>
  /** Verifies an address of this account by the link that was mailed to it. 403 `link_invalid`. */
  verifyEmail(token: string, asking?: Asking): Promise<EmailState>
  /** Which mails the account gets. */
  notifications(asking?: Asking): Promise<Notifications>
  changeNotifications(change: NotificationsChange, asking?: Asking): Promise<Notifications>
  /** What the account has, and what was done for it on each of the last days: 30 unless said, 366 at most. */
  usage(query?: { days?: number }, asking?: Asking): Promise<Usage>
  /** What you did, what was done to the account, and to what is yours, newest first. */
  activity(query?: ActivityQuery, asking?: Asking): Promise<Page<ActivityEntry>>
  allActivity(query?: ActivityQuery, asking?: Asking): AsyncGenerator<Page<ActivityEntry>, void, void>
  /**
   * Erases the account and all its images, for good. Gives the secret that the receipt is fetched with (`receipts.claim`).
   * 409 `conflict` for the last administrator.
   */
  erase(asking?: Asking): Promise<string | null>
}

export function createAccountPart({ json, send }: Transport): AccountPart {
  const sessions: AccountPart['sessions'] = (query, { signal } = {}) =>
    json('SessionPage', { method: 'GET', path: '/api/auth/sessions', query, signal })
  const activity: AccountPart['activity'] = (query, { signal } = {}) =>
    json('ActivityPage', { method: 'GET', path: '/api/auth/activity', query, signal })
  return {
    change: (body, { signal } = {}) =>
      json('AccountDetails', { method: 'PATCH', path: '/api/auth/me', body, signal }),
    sessions,
    allSessions: (query = {}, asking = {}) => pagesOf(sessions, query, asking),
    async endSession(id, { signal } = {}) {
      await send({ method: 'DELETE', path: `/api/auth/sessions/${encodeURIComponent(id)}`, signal })
    },
    email: ({ signal } = {}) => json('EmailState', { method: 'GET', path: '/api/auth/email', signal }),
    async resendVerification({ signal } = {}) {
      await send({ method: 'POST', path: '/api/auth/email/verification', signal })
    },
    verifyEmail: (token, { signal } = {}) =>
      json('EmailState', { method: 'POST', path: '/api/auth/email/verify', body: { token }, signal }),
    notifications: ({ signal } = {}) =>
      json('Notifications', { method: 'GET', path: '/api/auth/notifications', signal }),
    changeNotifications: (body, { signal } = {}) =>
      json('Notifications', { method: 'PATCH', path: '/api/auth/notifications', body, signal }),
    usage: (query, { signal } = {}) =>
      json('Usage', { method: 'GET', path: '/api/auth/usage', query, signal }),
    activity,
    allActivity: (query = {}, asking = {}) => pagesOf(activity, query, asking),
    async erase({ signal } = {}) {
      const answer = await send({ method: 'DELETE', path: '/api/auth/me', signal })
      return answer.headers.get('rendition-receipt')
    },
  }
}
