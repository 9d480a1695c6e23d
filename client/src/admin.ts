import type {
  AccountLink,
  AdminJob,
  AdminStats,
  AdminUser,
  AdminUserChange,
  AuditAction,
  AuditEntry,
  AuditKind,
  CachePurge,
  CreatedInvitation,
  History,
  Invitation,
  JobStatus,
  JobType,
  Lane,
  ManyJobsChanged,
  Page,
  Priority,
  Process,
  Releases,
  Role,
  Settings,
  StorageState,
} from '@rendition/contract'
import { type Asking, type PageQuery, pagesOf } from './asking.ts'
import type { Transport } from './transport.ts'

export interface UserQuery extends PageQuery {
  role?: Role
  /** A part of the email or username. */
  q?: string
}

/** Which entries; times are ISO 8601. */
export interface ActivityQuery extends PageQuery {
  /** Acts whose names begin with this and a full stop. */
  kind?: AuditKind
  action?: AuditAction
  outcome?: AuditEntry['outcome']
  /** What was acted on. */
  targetId?: string
  /** From then on, and before then. */
  since?: string
  until?: string
}

export interface AuditQuery extends ActivityQuery {
  actorId?: string
}

/** Which jobs of all accounts. */
export interface AllJobsFilter {
  status?: JobStatus
  type?: JobType
  priority?: Priority
  /** An account. */
  ownerId?: string
}

/** Either a state or a lane. */
export type AllJobsChange = { status: 'cancelled' | 'pending' } | { priority: Priority }

/** What is to be made anew: of one image, of a tag or a preset by its name, or of all. */
export type PurgeRequest = (
  | { what: 'image' | 'tag' | 'preset'; value: string }
  | { what: 'all'; value?: undefined }
) & { presets?: boolean }

/** What administrators see and do; 403 `forbidden` for everybody else. */
export interface Admin {
  users(query?: UserQuery, asking?: Asking): Promise<Page<AdminUser>>
  user(id: string, asking?: Asking): Promise<AdminUser>
  /** Its role, whether it is disabled, a new password. 409 `conflict` for the last administrator. */
  changeUser(id: string, change: AdminUserChange, asking?: Asking): Promise<AdminUser>
  /** Ends every session and API key of an account; it may sign in again. */
  signOutUser(id: string, asking?: Asking): Promise<void>
  /** Erases the account and all that is its. Gives the secret that the receipt is fetched with, to be handed on. */
  eraseUser(id: string, asking?: Asking): Promise<string | null>
  /** A link by which somebody sets a new password, or signs in once: to be handed over. */
  makePasswordLink(id: string, asking?: Asking): Promise<AccountLink>
  makeSignInLink(id: string, asking?: Asking): Promise<AccountLink>
  /** Takes the second step off an account, for who lost the app and the recovery codes. */
  takeOffTwoStep(id: string, asking?: Asking): Promise<void>
  /** Invitations that nobody has accepted yet. */
  invitations(query?: PageQuery, asking?: Asking): Promise<Page<Invitation>>
  /** `url` is there where the installation sends no e-mail: hand it over. */
  invite(request: { email: string; role?: Role }, asking?: Asking): Promise<CreatedInvitation>
  takeBackInvitation(id: string, asking?: Asking): Promise<void>
  stats(asking?: Asking): Promise<AdminStats>
  audit(query?: AuditQuery, asking?: Asking): Promise<Page<AuditEntry>>
  auditPages(query?: AuditQuery, asking?: Asking): AsyncGenerator<Page<AuditEntry>, void, void>
  /** How both lanes of the queue are, over all accounts. */
  lanes(asking?: Asking): Promise<{ items: Lane[] }>
  /** Pauses a lane or lets it go on; what runs goes on to its end. */
  changeLane(lane: Priority, change: { paused: boolean }, asking?: Asking): Promise<{ items: Lane[] }>
  jobs(query?: PageQuery & AllJobsFilter, asking?: Asking): Promise<Page<AdminJob>>
  /** Changes the next hundred jobs that a filter means; go on with `nextCursor` until it is null. */
  changeJobs(
    filter: AllJobsFilter,
    change: AllJobsChange,
    cursor?: string,
    asking?: Asking,
  ): Promise<ManyJobsChanged>
  /** Processes that say how they are, and what their workers do now. */
  processes(asking?: Asking): Promise<{ items: Process[] }>
  /** Bytes by kind, and where answers come from. */
  storage(asking?: Asking): Promise<StorageState>
  /** How parts, layers and lanes were in the last hours, 24 at most. */
  history(query?: { hours?: number }, asking?: Asking): Promise<History>
  purges(query?: PageQuery, asking?: Asking): Promise<Page<CachePurge>>
  /** Has pictures made anew, in every layer and process; originals are never touched. */
  purge(request: PurgeRequest, asking?: Asking): Promise<CachePurge>
  /** The configuration as it is in force, secrets hidden. */
  settings(asking?: Asking): Promise<Settings>
  /** The version that runs, and what is new. */
  releases(asking?: Asking): Promise<Releases>
}

export function createAdmin({ json, send }: Transport): Admin {
  const users = '/api/admin/users'
  const invitations = '/api/admin/invitations'
  const pathOf = (id: string): string => `${users}/${encodeURIComponent(id)}`
  const audit: Admin['audit'] = (query, { signal } = {}) =>
    json('AuditPage', { method: 'GET', path: '/api/admin/audit', query, signal })
  return {
    users: (query, { signal } = {}) => json('AdminUserPage', { method: 'GET', path: users, query, signal }),
    user: (id, { signal } = {}) => json('AdminUser', { method: 'GET', path: pathOf(id), signal }),
    changeUser: (id, body, { signal } = {}) =>
      json('AdminUser', { method: 'PATCH', path: pathOf(id), body, signal }),
    async signOutUser(id, { signal } = {}) {
      await send({ method: 'POST', path: `${pathOf(id)}/sign-out`, signal })
    },
    async eraseUser(id, { signal } = {}) {
      const answer = await send({ method: 'DELETE', path: pathOf(id), signal })
      return answer.headers.get('rendition-receipt')
    },
    makePasswordLink: (id, { signal } = {}) =>
      json('AccountLink', { method: 'POST', path: `${pathOf(id)}/password-link`, signal }),
    makeSignInLink: (id, { signal } = {}) =>
      json('AccountLink', { method: 'POST', path: `${pathOf(id)}/sign-in-link`, signal }),
    async takeOffTwoStep(id, { signal } = {}) {
      await send({ method: 'DELETE', path: `${pathOf(id)}/two-step`, signal })
    },
    invitations: (query, { signal } = {}) =>
      json('InvitationPage', { method: 'GET', path: invitations, query, signal }),
    invite: (body, { signal } = {}) =>
      json('CreatedInvitation', { method: 'POST', path: invitations, body, signal }),
    async takeBackInvitation(id, { signal } = {}) {
      await send({ method: 'DELETE', path: `${invitations}/${encodeURIComponent(id)}`, signal })
    },
    stats: ({ signal } = {}) => json('AdminStats', { method: 'GET', path: '/api/admin/stats', signal }),
    audit,
    auditPages: (query = {}, asking = {}) => pagesOf(audit, query, asking),
    lanes: ({ signal } = {}) => json('Lanes', { method: 'GET', path: '/api/admin/lanes', signal }),
    changeLane: (lane, body, { signal } = {}) =>
      json('Lanes', { method: 'PATCH', path: `/api/admin/lanes/${encodeURIComponent(lane)}`, body, signal }),
    jobs: (query, { signal } = {}) =>
      json('AdminJobPage', { method: 'GET', path: '/api/admin/jobs', query, signal }),
    changeJobs: (filter, change, cursor, { signal } = {}) =>
      json('ManyJobsChanged', {
        method: 'POST',
        path: '/api/admin/jobs/change',
        body: { filter, change, ...(cursor === undefined ? {} : { cursor }) },
        signal,
      }),
    processes: ({ signal } = {}) =>
      json('Processes', { method: 'GET', path: '/api/admin/processes', signal }),
    storage: ({ signal } = {}) => json('StorageState', { method: 'GET', path: '/api/admin/storage', signal }),
    history: (query, { signal } = {}) =>
      json('History', { method: 'GET', path: '/api/admin/history', query, signal }),
    purges: (query, { signal } = {}) =>
      json('CachePurgePage', { method: 'GET', path: '/api/admin/purges', query, signal }),
    purge: (body, { signal } = {}) =>
      json('CachePurge', { method: 'POST', path: '/api/admin/purges', body, signal }),
    settings: ({ signal } = {}) => json('Settings', { method: 'GET', path: '/api/admin/settings', signal }),
    releases: ({ signal } = {}) => json('Releases', { method: 'GET', path: '/api/admin/releases', signal }),
  }
}
