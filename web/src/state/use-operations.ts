import type { AllJobsChange, AllJobsFilter, PurgeRequest } from '@rendition/client'
import type { AdminJob, CachePurge, Lane, ManyJobsChanged, Priority } from '@rendition/contract'
import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { plural, t } from '../languages/translate.ts'
import { useAccount } from './account-scope.tsx'
import { keys } from './query-cache.ts'
import { type Act, useAct } from './use-act.ts'

const pageSize = 50
/** Nothing here needs a reload to be true: it is asked for again while it is looked at. */
const lookMs = 5_000
const historyMs = 30_000

/** How both lanes of the queue are. */
export function useLanes() {
  const { client } = useAccount()
  return useQuery({
    queryKey: keys.lanes,
    queryFn: ({ signal }) => client.admin.lanes({ signal }),
    refetchInterval: lookMs,
  })
}

/** Pauses a lane, or lets it go on. */
export function useLaneAct(): Act<{ lane: Priority; paused: boolean }, { items: Lane[] }> {
  const { client } = useAccount()
  return useAct({
    run: ({ lane, paused }: { lane: Priority; paused: boolean }) => client.admin.changeLane(lane, { paused }),
    refresh: [keys.lanes],
    done: (_, { paused }) => (paused ? t('Lane paused') : t('Lane goes on')),
  })
}

/** Jobs of all accounts that a filter means, newest first. */
export function useAllJobs(filter: AllJobsFilter) {
  const { client } = useAccount()
  return useInfiniteQuery({
    queryKey: keys.jobsOfAll(filter),
    queryFn: ({ pageParam, signal }) =>
      client.admin.jobs(
        { limit: pageSize, ...filter, ...(pageParam === undefined ? {} : { cursor: pageParam }) },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    placeholderData: keepPreviousData,
    refetchInterval: lookMs,
  })
}

export type AllJobsAct = 'cancel' | 'retry' | Priority
const changes: Record<AllJobsAct, AllJobsChange> = {
  cancel: { status: 'cancelled' },
  retry: { status: 'pending' },
  interactive: { priority: 'interactive' },
  bulk: { priority: 'bulk' },
}

/** Changes one job of somebody, or all that a filter means, some in each call until none is left. */
export function useAllJobActs(): {
  one: Act<{ job: AdminJob; what: AllJobsAct | 'remove' }, unknown>
  many: Act<{ filter: AllJobsFilter; what: AllJobsAct }, Pick<ManyJobsChanged, 'changed' | 'refused'>>
} {
  const { client, ended } = useAccount()
  const refresh = [keys.everyJobsOfAll, keys.lanes, keys.processes]
  return {
    one: useAct({
      run: ({ job: { id }, what }: { job: AdminJob; what: AllJobsAct | 'remove' }): Promise<unknown> => {
        if (what === 'cancel') return client.jobs.cancel(id)
        if (what === 'retry') return client.jobs.retry(id)
        if (what === 'remove') return client.jobs.remove(id)
        return client.jobs.prioritize(id, what)
      },
      refresh,
      done: () => t('Job changed'),
    }),
    many: useAct({
      run: async ({ filter, what }: { filter: AllJobsFilter; what: AllJobsAct }) => {
        const all = { changed: 0, refused: 0 }
        let cursor: string | undefined
        do {
          const some = await client.admin.changeJobs(filter, changes[what], cursor, { signal: ended })
          all.changed += some.changed
          all.refused += some.refused
          cursor = some.nextCursor ?? undefined
        } while (cursor !== undefined)
        return all
      },
      refresh,
      done: ({ changed }) => plural(changed, '{count} job changed', '{count} jobs changed'),
    }),
  }
}

/** Processes that say how they are, and what their workers do now. */
export function useProcesses() {
  const { client } = useAccount()
  return useQuery({
    queryKey: keys.processes,
    queryFn: ({ signal }) => client.admin.processes({ signal }),
    refetchInterval: lookMs,
  })
}

/** How parts, layers and lanes were in the last hours. */
export function useHistory(hours: number) {
  const { client } = useAccount()
  return useQuery({
    queryKey: keys.operationsHistory(hours),
    queryFn: ({ signal }) => client.admin.history({ hours }, { signal }),
    placeholderData: keepPreviousData,
    refetchInterval: historyMs,
  })
}

/** Bytes by kind, and where answers come from. */
export function useStorage() {
  const { client } = useAccount()
  return useQuery({
    queryKey: keys.storage,
    queryFn: ({ signal }) => client.admin.storage({ signal }),
    refetchInterval: lookMs,
  })
}

/** Purges of the last weeks, newest first. */
export function usePurges() {
  const { client } = useAccount()
  return useInfiniteQuery({
    queryKey: keys.purges,
    queryFn: ({ pageParam, signal }) =>
      client.admin.purges(
        { limit: 20, ...(pageParam === undefined ? {} : { cursor: pageParam }) },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: 2_000,
  })
}

export function usePurgeActs(): { ask: Act<PurgeRequest, CachePurge>; stop: Act<CachePurge, unknown> } {
  const { client } = useAccount()
  return {
    ask: useAct({
      run: (request: PurgeRequest) => client.admin.purge(request),
      refresh: [keys.purges],
      done: () => t('Purge asked for'),
      ownFaults: true,
    }),
    stop: useAct({
      run: ({ jobId }: CachePurge) => client.jobs.cancel(jobId),
      refresh: [keys.purges],
      done: () => t('Purge stopped'),
    }),
  }
}

/** The configuration as it is in force; it changes with a restart alone. */
export function useSettings() {
  const { client } = useAccount()
  return useQuery({
    queryKey: keys.settings,
    queryFn: ({ signal }) => client.admin.settings({ signal }),
    refetchInterval: 60_000,
  })
}

/** The version that runs, and what is new. */
export function useReleases() {
  const { client } = useAccount()
  return useQuery({
    queryKey: keys.releases,
    queryFn: ({ signal }) => client.admin.releases({ signal }),
    refetchInterval: 60_000,
  })
}
