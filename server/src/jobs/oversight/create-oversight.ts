import {
  type AdminJobListQuery,
  Failure,
  isFailure,
  type JobStatus,
  jobsChangedAtOnce,
  type ManyJobsChange,
  type ManyJobsChanged,
  type Page,
  type Priority,
  statesFor,
} from '@rendition/contract'
import type { Queryable, Transaction } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { cursorOf, pageOf } from '../../platform/page.ts'
import { type ChangeDeps, changeHeld } from '../requests/change-job.ts'
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
        const held = await holdMany(deps, tx, some)
        const changed: JobRecord[] = []
        for (const one of held) {
          // Another call moved it between the look and the lock.
          if (one.job.priority === into) continue
          try {
            await changeHeld(deps, tx, one, change)
            changed.push(one.job)
          } catch (error) {
            // Said before anything of this job was written: the others go on.
            if (!isFailure(error, 'conflict')) throw error
          }
        }
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

/** Images first, in the order of their ids, then jobs in theirs: two such calls never wait for each other in a circle. */
async function holdMany({ owner }: ChangeDeps, tx: Transaction, ids: readonly string[]) {
  const there = await readJobs(tx, ids)
  const imageIds = [...new Set(there.flatMap(({ imageId }) => (imageId === null ? [] : [imageId])))].sort()
  const gone = new Set<string>()
  for (const imageId of imageIds) if (!(await owner.hold(tx, imageId))) gone.add(imageId)
  const jobs = await readJobs(tx, ids, true)
  return jobs.map((job) => ({ job, orphan: job.imageId !== null && gone.has(job.imageId) }))
}

const idsOf = (jobs: readonly { id: string }[]): string[] => jobs.map(({ id }) => id)

/** How many of them were in each state. */
function countOf(jobs: readonly { status: string }[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { status } of jobs) counts[status] = (counts[status] ?? 0) + 1
  return counts
}
