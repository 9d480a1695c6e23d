import {
  type AdminJobListQuery,
  Failure,
  type JobStatus,
  jobsChangedAtOnce,
  type ManyJobsChange,
  type ManyJobsChanged,
  type Page,
  type Priority,
  statesFor,
} from '@rendition/contract'
import type { Queryable } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { cursorOf, pageOf } from '../../platform/page.ts'
import type { ChangeDeps } from '../requests/change-job.ts'
import { changeJobs, countOf, idsOf } from '../requests/change-many.ts'
import { ofEachOwner } from '../requests/of-each-owner.ts'
import { wakeRelay } from '../store/outbox.ts'
import {
  countEnded,
  type HeldBy,
  type LaneState,
  listAllIds,
  listRunning,
  readJobs,
  readLanes,
  setPause,
} from '../store/oversight.ts'
import { type JobRecord, jobCancelledTopic } from '../types.ts'

/** How a lane is, and how many of its jobs ended in the last minute. */
export interface LaneLoad extends LaneState {
  finished: number
  failed: number
}

/** The queue and the jobs of all accounts, for administrators. */
export interface Oversight {
  lanes(): Promise<LaneLoad[]>
  /** Whether anything more of a lane is begun; what runs goes on. */
  pauseLane(principal: Principal, lane: Priority, paused: boolean): Promise<void>
  list(query: AdminJobListQuery): Promise<Page<JobRecord>>
  /** Changes the next of the jobs that a filter means, and writes one line into the audit for each owner of some. */
  changeMany(principal: Principal, change: ManyJobsChange): Promise<ManyJobsChanged>
  /** What runs now and who holds it. */
  running(limit: number): Promise<HeldBy[]>
}

/** How much is counted as now. */
const rateSeconds = 60

export function createOversight(deps: ChangeDeps): Oversight {
  const { db, deeds } = deps
  return {
    async lanes() {
      const [lanes, ended] = await Promise.all([readLanes(db), countEnded(db, rateSeconds)])
      const endedOf = (lane: Priority, status: JobStatus): number =>
        ended.find((row) => row.lane === lane && row.status === status)?.jobs ?? 0
      return lanes.map((state) => ({
        ...state,
        finished: endedOf(state.lane, 'complete'),
        failed: endedOf(state.lane, 'failed'),
      }))
    },
    async pauseLane(principal, lane, paused) {
      await db.transaction(async (tx) => {
        const before = await setPause(tx, lane, paused)
        if ((before !== null) === paused) return
        if (!paused) await wakeRelay(tx)
        await deeds.record(tx, principal, {
          action: 'queue.change',
          targetId: null,
          details: { lane, paused: { from: !paused, to: paused } },
        })
      })
    },
    async list({ limit, ...query }) {
      const ids = await listAllIds(
        db,
        {
          statuses: query.status === undefined ? null : [query.status],
          type: query.type ?? null,
          priority: query.priority ?? null,
          ownerId: query.ownerId ?? null,
          before: cursorOf(query),
        },
        limit + 1,
      )
      return pageOf(await readJobs(db, ids), limit, (job) => job)
    },
    async changeMany(principal, { filter, change, cursor }) {
      const suited = statesFor(change)
      const statuses = suited.filter((status) => filter.status === undefined || filter.status === status)
      if (statuses.length === 0) {
        throw new Failure('conflict', `No job that is ${filter.status} can be changed so.`)
      }
      // Into a lane come those of the other one: what is there already would be passed over a hundred at a time.
      const into = 'priority' in change ? change.priority : null
      const others: Priority | null = into === null ? null : into === 'bulk' ? 'interactive' : 'bulk'
      if (into !== null && filter.priority === into) {
        throw new Failure('conflict', 'Those jobs are in that lane.')
      }
      const { done, refused, nextCursor } = await db.transaction(async (tx) => {
        const ids = await listAllIds(
          tx,
          {
            statuses,
            type: filter.type ?? null,
            priority: others ?? filter.priority ?? null,
            ownerId: filter.ownerId ?? null,
            before: cursorOf({ cursor }),
          },
          jobsChangedAtOnce + 1,
        )
        const some = ids.slice(0, jobsChangedAtOnce)
        const changed = await changeJobs(deps, tx, some, change)
        for (const those of ofEachOwner(changed)) {
          await deeds.record(tx, principal, {
            action: 'job.change',
            targetId: null,
            ownerId: those[0].ownerId,
            details: { ...change, filter, jobs: those.length, before: countOf(those), ids: idsOf(those) },
          })
        }
        return {
          done: changed,
          refused: some.length - changed.length,
          nextCursor: ids.length > some.length ? (some.at(-1) ?? null) : null,
        }
      })
      if ('status' in change && change.status === 'cancelled') {
        await Promise.all(done.map(({ id: jobId }) => deps.bus.publish(jobCancelledTopic, { jobId })))
      }
      return { changed: done.length, refused, nextCursor }
    },
    running: (limit) => listRunning(db as Queryable, limit),
  }
}
