import { isProblem } from '@rendition/client'
import type { BatchProgress, Job, JobStatus, JobType } from '@rendition/contract'
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { Phrase } from '../languages/catalogue.ts'
import { plural, t } from '../languages/translate.ts'
import { useAccount } from './account-scope.tsx'
import { explainError } from './explain-error.ts'
import { announce, notify } from './notices.ts'
import { keys } from './query-cache.ts'

export interface JobsFilter {
  status: JobStatus | 'all'
  type: JobType | 'all'
}

const pageSize = 50

/** The account's jobs, newest first, of each batch one. Events keep them up to date; a slow look is the net below. */
export function useJobs({ status, type }: JobsFilter) {
  const { client } = useAccount()
  return useInfiniteQuery({
    queryKey: keys.jobs({ status, type }),
    queryFn: ({ pageParam, signal }) =>
      client.jobs.list(
        {
          limit: pageSize,
          grouped: true,
          ...(status === 'all' ? {} : { status }),
          ...(type === 'all' ? {} : { type }),
          ...(pageParam === undefined ? {} : { cursor: pageParam }),
        },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    refetchInterval: 15_000,
  })
}

/** The jobs of one batch, the newest first; of one state alone, or of all. */
export function useBatchJobs(batchId: string, status: JobStatus | 'all', wanted = true) {
  const { client } = useAccount()
  return useInfiniteQuery({
    queryKey: keys.jobs({ batchId, status, type: 'all' }),
    queryFn: ({ pageParam, signal }) =>
      client.jobs.list(
        {
          limit: pageSize,
          batchId,
          ...(status === 'all' ? {} : { status }),
          ...(pageParam === undefined ? {} : { cursor: pageParam }),
        },
        { signal },
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    enabled: wanted,
  })
}

/** How far a batch is; null where there is none, or none any more. */
export function useBatch(batchId: string | null): BatchProgress | null | undefined {
  const { client } = useAccount()
  const { data, error } = useQuery({
    queryKey: keys.batch(batchId ?? ''),
    queryFn: ({ signal }) => client.jobs.batch(batchId ?? '', { signal }),
    enabled: batchId !== null,
    // Also while nothing is known: one question that failed is not the end of it.
    refetchInterval: ({ state }) =>
      !isGone(state.error) && (state.data === undefined || state.data.pending + state.data.processing > 0)
        ? 2_000
        : false,
  })
  return batchId === null || isGone(error) ? null : data
}

/** Its jobs were removed, here or elsewhere. */
const isGone = (error: unknown): boolean => isProblem(error, 'not_found')

export type JobAct = 'cancel' | 'retry' | 'remove' | 'interactive' | 'bulk'
const said: Record<JobAct, Phrase> = {
  cancel: 'Job cancelled',
  retry: 'Job asked for again',
  remove: 'Job removed',
  interactive: 'Job moved to the fast lane',
  bulk: 'Job moved to the bulk lane',
}

/** Does something with a job, and says what became of it. */
export function useJobActs(): { act(job: Job, what: JobAct): void; isPending: boolean } {
  const { client, jobs, ended } = useAccount()
  const { mutate, isPending } = useMutation({
    mutationFn: async ({ job: { id }, what }: { job: Job; what: JobAct }) => {
      if (what === 'cancel') await client.jobs.cancel(id)
      else if (what === 'retry') await client.jobs.retry(id)
      else if (what === 'remove') await client.jobs.remove(id)
      else await client.jobs.prioritize(id, what)
    },
    onSuccess: (_, { what }) => {
      if (!ended.aborted) announce(t(said[what]))
    },
    onError: (error) => {
      if (!ended.aborted) notify({ kind: 'fault', text: explainError(error) })
    },
    onSettled: () => jobs.refresh(),
  })
  return { act: (job, what) => mutate({ job, what }), isPending }
}

const saidOfBatch: Record<JobAct, (count: number) => string> = {
  cancel: (count) => plural(count, '{count} job cancelled', '{count} jobs cancelled'),
  retry: (count) => plural(count, '{count} job asked for again', '{count} jobs asked for again'),
  interactive: (count) =>
    plural(count, '{count} job moved to the fast lane', '{count} jobs moved to the fast lane'),
  bulk: (count) => plural(count, '{count} job moved to the bulk lane', '{count} jobs moved to the bulk lane'),
  remove: () => t('The jobs are removed'),
}

/** Does something with all jobs of a batch that it is for, and says what became of it. */
export function useBatchActs(batchId: string): { act(what: JobAct): void; isPending: boolean } {
  const { client, jobs, ended } = useAccount()
  const queries = useQueryClient()
  const { mutate, isPending } = useMutation({
    mutationFn: async (what: JobAct): Promise<number> => {
      if (what === 'remove') {
        await client.jobs.removeBatch(batchId)
        return 0
      }
      const change =
        what === 'cancel'
          ? { status: 'cancelled' as const }
          : what === 'retry'
            ? { status: 'pending' as const }
            : { priority: what }
      return client.jobs.changeBatch(batchId, change, { signal: ended })
    },
    onSuccess: (count, what) => {
      if (ended.aborted) return
      const text = saidOfBatch[what](count)
      announce(text)
      notify({ kind: 'done', text })
    },
    onError: (error) => {
      if (!ended.aborted) notify({ kind: 'fault', text: explainError(error) })
    },
    onSettled: () => {
      jobs.refresh()
      void queries.invalidateQueries({ queryKey: keys.batch(batchId) })
    },
  })
  return { act: mutate, isPending }
}
