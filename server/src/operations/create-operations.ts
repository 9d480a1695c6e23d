import { readFile } from 'node:fs/promises'
import {
  type AdminJob,
  type AdminJobListQuery,
  type CachePurge,
  type CachePurgeRequest,
  type History,
  type Job,
  type Lane,
  type Layers,
  layerNames,
  type ManyJobsChange,
  type ManyJobsChanged,
  type Page,
  type PageQuery,
  type Priority,
  type Process,
  type Releases,
  type Setting,
  type Settings,
  type StorageState,
} from '@rendition/contract'
import type { CachePurges, StoredBytes } from '../images/index.ts'
import type { JobRecord, Oversight } from '../jobs/index.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database/port.ts'
import type { Principal } from '../platform/http/principal.ts'
import type { Log } from '../platform/log.ts'
import { readReleases } from './read-releases.ts'
import { type Reporting, startReporter } from './reporter.ts'
import { historyOf, stepFor } from './show-history.ts'
import { readMeasured } from './store/minutes.ts'
import { listProcesses } from './store/processes.ts'

/** What this process is, and how it was told to be. */
export interface About {
  version: string
  roles: readonly string[]
  settings: readonly Setting[]
  /** CHANGELOG.md of this version; null where it was not shipped. */
  changelogFile: string | null
}

export interface OperationsOptions {
  db: Database
  clock: Clock
  log: Log
  about: About
  oversight: Oversight
  purges: CachePurges
  /** Files and bytes by kind; reads whole tables. */
  stored: () => Promise<StoredBytes[]>
  /** Tags that caches in front have yet to forget. */
  purgesWaiting: () => Promise<number>
  /** A job as clients see it, without addresses of pictures. */
  viewJob: (job: JobRecord) => Job
  /** Names of accounts by id. */
  namesOf: (userIds: readonly string[]) => Promise<ReadonlyMap<string, string | null>>
}

/** What administrators see of the whole installation, and do with it. */
export interface Operations {
  lanes(): Promise<Lane[]>
  changeLane(principal: Principal, lane: Priority, paused: boolean): Promise<Lane[]>
  jobs(query: AdminJobListQuery): Promise<Page<AdminJob>>
  changeJobs(principal: Principal, change: ManyJobsChange): Promise<ManyJobsChanged>
  processes(): Promise<Process[]>
  storage(): Promise<StorageState>
  purge(principal: Principal, wanted: CachePurgeRequest): Promise<CachePurge>
  purges(query: PageQuery): Promise<Page<CachePurge>>
  history(hours: number): Promise<History>
  settings(): Settings
  releases(): Promise<Releases>
  /** Has this process say how it is, until the stop that it gives. */
  report(reporting: Reporting): () => Promise<void>
}

/** Far more than anybody runs: the list is for the eye. */
const mostProcesses = 1_000
const mostRunning = 2_000
/** Counting reads whole tables: a second for a million images, and pages ask every few seconds. */
const storedFreshMs = 60_000
const nothing = (): Layers => ({ memory: 0, cache: 0, storage: 0, render: 0 })

export function createOperations(options: OperationsOptions): Operations {
  const { db, clock, log, about, oversight, purges } = options
  const now = () => clock.now().getTime()
  let counted: { at: number; kinds: Promise<StoredBytes[]> } | null = null

  const stored = (): { at: number; kinds: Promise<StoredBytes[]> } => {
    if (counted === null || now() - counted.at > storedFreshMs) {
      const fresh = { at: now(), kinds: options.stored() }
      fresh.kinds.catch(() => {
        if (counted === fresh) counted = null
      })
      counted = fresh
    }
    return counted
  }
  const withOwners = async (jobs: readonly JobRecord[]): Promise<AdminJob[]> => {
    const names = await options.namesOf([...new Set(jobs.map(({ ownerId }) => ownerId))])
    return jobs.map((job) => ({
      ...options.viewJob(job),
      owner: { id: job.ownerId, name: names.get(job.ownerId) ?? null },
    }))
  }
  const lanes = async (): Promise<Lane[]> =>
    (await oversight.lanes()).map(({ oldestAt, pausedSince, ...lane }) => ({
      ...lane,
      oldestAt: oldestAt?.toISOString() ?? null,
      pausedSince: pausedSince?.toISOString() ?? null,
    }))

  return {
    lanes,
    async changeLane(principal, lane, paused) {
      await oversight.pauseLane(principal, lane, paused)
      return lanes()
    },
    async jobs(query) {
      const page = await oversight.list(query)
      return { ...page, items: await withOwners(page.items) }
    },
    changeJobs: (principal, change) => oversight.changeMany(principal, change),
    async processes() {
      const [all, running] = await Promise.all([
        listProcesses(db, mostProcesses),
        oversight.running(mostRunning),
      ])
      const jobs = new Map((await withOwners(running.map(({ job }) => job))).map((job) => [job.id, job]))
      return all.map(({ seenAt, startedAt, gone, facts, ...who }) => ({
        ...who,
        ...facts,
        roles: [...who.roles],
        startedAt: startedAt.toISOString(),
        seenAt: seenAt.toISOString(),
        state: gone ? 'gone' : 'alive',
        jobs: running.flatMap(({ holder, job }) => {
          const view = holder === who.id ? jobs.get(job.id) : undefined
          return view === undefined ? [] : [view]
        }),
      }))
    },
    async storage() {
      const { at, kinds } = stored()
      const [counts, all, purgesWaiting] = await Promise.all([
        kinds,
        listProcesses(db, mostProcesses),
        options.purgesWaiting(),
      ])
      const layers = nothing()
      const memory = { bytes: 0, entries: 0 }
      for (const { facts, gone } of all) {
        if (gone) continue
        for (const layer of layerNames) layers[layer] += facts.layers[layer]
        memory.bytes += facts.memory.bytes
        memory.entries += facts.memory.entries
      }
      return { kinds: counts, countedAt: new Date(at).toISOString(), layers, memory, purgesWaiting }
    },
    purge: (principal, wanted) => purges.request(principal, wanted),
    purges: (query) => purges.list(query),
    async history(hours) {
      const step = stepFor(hours)
      const to = clock.now()
      const from = new Date(Math.floor((to.getTime() - hours * 3_600_000) / (step * 1000)) * step * 1000)
      return historyOf(await readMeasured(db, from, step), from, to, step)
    },
    settings: () => ({ roles: [...about.roles], items: [...about.settings] }),
    async releases() {
      const text =
        about.changelogFile === null ? '' : await readFile(about.changelogFile, 'utf8').catch(() => '')
      return { version: about.version, items: readReleases(text) }
    },
    report: (reporting) => startReporter({ db, log, now, version: about.version }, reporting),
  }
}
