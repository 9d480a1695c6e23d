import type { AdminUser, AdminUserChange, AuditEntry, PartState, Role } from '@rendition/contract'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { t } from '../languages/translate.ts'
import { useAccount } from './account-scope.tsx'
import { type EntryFilter, entryQueryOf } from './entry-filter.ts'
import { keys } from './query-cache.ts'
import { type Act, useAct } from './use-act.ts'

const pageSize = 50
/** Nothing here needs a reload to be true: it is asked for again while it is looked at. */
const lookMs = 5_000

export interface UsersFilter {
  q: string
  role: Role | 'all'
}

export function useUsers({ q, role }: UsersFilter) {
  const { client } = useAccount()
  return useInfiniteQuery({
    queryKey: keys.users({ q, role }),
    queryFn: ({ pageParam, signal }) =>
      client.admin.users(
        {
          limit: pageSize,
          ...(q === '' ? {} : { q }),
          ...(role === 'all' ? {} : { role }),
          ...(pageParam === undefined ? {} : { cursor: pageParam }),
        },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: lookMs * 2,
  })
}

/** What an administrator does with an account. */
export function useUserActs(): {
  change: Act<{ user: AdminUser; change: AdminUserChange }, AdminUser>
  signOut: Act<AdminUser, void>
  /** Gives the secret of the receipt. */
  erase: Act<AdminUser, string | null>
} {
  const { client } = useAccount()
  const refresh = [keys.allUsers, keys.adminStats]
  return {
    change: useAct({
      run: ({ user, change }: { user: AdminUser; change: AdminUserChange }) =>
        client.admin.changeUser(user.id, change),
      refresh,
      done: () => t('Account changed'),
      ownFaults: true,
    }),
    signOut: useAct({
      run: ({ id }: AdminUser) => client.admin.signOutUser(id),
      refresh,
      done: () => t('Signed out everywhere'),
    }),
    erase: useAct({
      run: ({ id }: AdminUser) => client.admin.eraseUser(id),
      refresh,
      done: () => t('Account erased'),
    }),
  }
}

export interface AuditFilter extends EntryFilter {
  actorId: string
}

const queryOf = ({ actorId, ...filter }: AuditFilter) => ({
  ...entryQueryOf(filter),
  ...(actorId === '' ? {} : { actorId }),
})

export function useAudit(filter: AuditFilter) {
  const { client } = useAccount()
  return useInfiniteQuery({
    queryKey: keys.audit(filter),
    queryFn: ({ pageParam, signal }) =>
      client.admin.audit(
        {
          limit: pageSize,
          ...queryOf(filter),
          ...(pageParam === undefined ? {} : { cursor: pageParam }),
        },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: lookMs * 2,
  })
}

/** More are for the command line and the API: a page holds them in memory. */
const mostExported = 10_000

/** The entries that a filter means, newest first, and whether there are more than are taken along. */
export function useAuditExport(): (filter: AuditFilter) => Promise<{ entries: AuditEntry[]; more: boolean }> {
  const { client, ended } = useAccount()
  return async (filter) => {
    const entries: AuditEntry[] = []
    for await (const page of client.admin.auditPages({ limit: 200, ...queryOf(filter) }, { signal: ended })) {
      entries.push(...page.items)
      if (entries.length >= mostExported) return { entries, more: page.nextCursor !== null }
    }
    return { entries, more: false }
  }
}

/** How much there is of everything. Reads whole tables, so it is asked for seldom. */
export function useStats() {
  const { client } = useAccount()
  return useQuery({
    queryKey: keys.adminStats,
    queryFn: ({ signal }) => client.admin.stats({ signal }),
    refetchInterval: 60_000,
  })
}

/** What `/ready` says. */
interface Readiness {
  status: 'ready' | 'unready'
  parts: Record<string, PartState>
}

export interface ServiceState {
  version: string
  /** Seconds. */
  uptime: number
  readiness: Readiness
}

/** The process that answers, and its parts. One that is not ready says so by 503, which is an answer here. */
export function useService() {
  const { ended } = useAccount()
  return useQuery({
    queryKey: keys.service,
    queryFn: async ({ signal }): Promise<ServiceState> => {
      const both = AbortSignal.any([signal, ended])
      const [health, ready] = await Promise.all(
        ['/api/health', '/ready'].map((path) => fetch(path, { signal: both, cache: 'no-store' })),
      )
      if (health?.ok !== true || ready === undefined || ![200, 503].includes(ready.status)) {
        throw new Error('The service does not say how it is.')
      }
      const { version, uptime } = (await health.json()) as { version: string; uptime: number }
      return { version, uptime, readiness: (await ready.json()) as Readiness }
    },
    retry: false,
    refetchInterval: lookMs,
  })
}
