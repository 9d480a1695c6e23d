import {
  type AdminJobListQuery,
  Failure,
  type JobStatus,
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
import { changeNext, laneBefore } from '../requests/change-many.ts'
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
import type { JobRecord } from '../types.ts'

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
      const from = laneBefore(change)
      if (from !== null && filter.priority !== undefined && filter.priority !== from) {
        throw new Failure('conflict', 'Those jobs are in that lane.')
      }
      const wanted = {
        statuses,
        type: filter.type ?? null,
        priority: from ?? filter.priority ?? null,
        ownerId: filter.ownerId ?? null,
        before: cursorOf({ cursor }),
      }
      return changeNext(deps, principal, {
        change,
        which: { filter },
        list: (tx, limit) => listAllIds(tx, wanted, limit),
      })
    },
    running: (limit) => listRunning(db as Queryable, limit),
  }
}
