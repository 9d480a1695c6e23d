import { listImages } from '../../src/images/library/list-images.ts'
import { readImage } from '../../src/images/store/images.ts'
import { findAlike, listGroups, readLook } from '../../src/images/store/looks.ts'
import { countOriginals } from '../../src/images/store/original-totals.ts'
import { takeExpired, takeOldest } from '../../src/images/store/removals.ts'
import { findKept, findRendition } from '../../src/images/store/renditions.ts'
import { jobsConfigSchema } from '../../src/jobs/config.ts'
import { createOversight } from '../../src/jobs/oversight/create-oversight.ts'
import { listJobs } from '../../src/jobs/requests/list-jobs.ts'
import { relayOnce } from '../../src/jobs/running/relay.ts'
import { sweepJobs } from '../../src/jobs/running/sweeper.ts'
import { claim, complete } from '../../src/jobs/store/leases.ts'
import { listRunning } from '../../src/jobs/store/oversight.ts'
import { principal, signer } from '../../src/jobs/testing/jobs-setup.ts'
import { loadConfig } from '../../src/platform/config/load.ts'
import type { Database } from '../../src/platform/database/index.ts'
import { noDeeds } from '../../src/platform/database/port.ts'
import { openBus } from '../../src/platform/events/index.ts'
import { silentLog } from '../../src/platform/log.ts'
import { openQueue } from '../../src/platform/queue/index.ts'
import { createLogger } from '../../src/platform/telemetry/logger.ts'
import { firstOwner } from './fill.ts'

/** Something the service does all day, and how many rows it may look at whatever the tables hold. */
export interface Question {
  name: string
  mostReads: number
  ask(db: Database): Promise<unknown>
}

const page = 50

/** What lists, claims, hands over and sweeps: the service's own functions, asked one by one. */
export async function questions(plain: Database): Promise<Question[]> {
  const config = loadConfig(jobsConfigSchema, {}, () => '')
  const me = principal('user', firstOwner)
  const owner = {
    begun: async () => {},
    hold: async () => true,
    ended: async () => {},
    revived: async () => {},
    plan: async () => [],
  }
  const queue = await openQueue({ url: 'local:', log: silentLog })
  const bus = await openBus({ url: 'memory:', log: silentLog })
  const log = createLogger('silent')
  const newest = await listImages(plain, firstOwner, { limit: page, sort: 'newest' })
  const imageId = newest.items[0]?.id ?? ''
  const names = await listImages(plain, firstOwner, { limit: page, sort: 'name' })
  const jobsOf = await plain.query<{ id: string }>(
    `select id from jobs where status = 'pending' and dispatched_at is null order by id desc limit 1000`,
  )
  const overall = (
    name: string,
    query: Partial<Parameters<ReturnType<typeof createOversight>['list']>[0]>,
    mostReads: number,
  ): Question => ({
    name: `list jobs of all, ${name}`,
    mostReads,
    ask: (db) => createOversight({ db, bus, owner, signer, deeds: noDeeds }).list({ limit: page, ...query }),
  })
  const nextJob = (): string => jobsOf.shift()?.id ?? ''
  const list = (
    name: string,
    filter: Partial<Parameters<typeof listImages>[2]>,
    mostReads = 4 * page,
  ): Question => ({
    name: `list images, ${name}`,
    mostReads,
    ask: (db) => listImages(db, firstOwner, { limit: page, sort: 'newest', ...filter }),
  })
  return [
    list('newest', {}),
    list('next page', { cursor: newest.nextCursor ?? undefined }),
    list('by name', { sort: 'name' }),
    list('by name, next page', { sort: 'name', cursor: names.nextCursor ?? undefined }),
    list('by size', { sort: 'size' }),
    {
      name: 'what a page of images kept from an earlier epoch',
      mostReads: 12 * page,
      ask: (db) =>
        findKept(
          db,
          newest.items.map(({ current }) => current),
        ),
    },
    {
      name: 'what looks like an image',
      // Of 65,536 values 17 of each of four parts: of an account's 100,000 images some hundred.
      mostReads: 500,
      ask: async (db) => {
        const look = await readLook(db, imageId)
        if (look === null) throw new Error('its look is not known')
        return findAlike(db, firstOwner, look, { without: imageId, after: null, limit: page })
      },
    },
    {
      name: 'groups that look the same',
      mostReads: 16 * page,
      ask: (db) => listGroups(db, firstOwner, { before: null, limit: page, most: 20 }),
    },
    { name: 'what an account keeps', mostReads: 4, ask: (db) => countOriginals(db, firstOwner) },
    { name: 'one image', mostReads: 4, ask: (db) => readImage(db, imageId) },
    {
      name: 'list jobs',
      mostReads: 4 * page,
      ask: (db) => listJobs(db, me, { limit: page }),
    },
    {
      name: 'list jobs of an image',
      mostReads: 4 * page,
      ask: (db) => listJobs(db, me, { limit: page, imageId }),
    },
    overall('newest', {}, 4 * page),
    // Of two lanes and every type the newest page, of which most are empty.
    overall('that wait', { status: 'pending' }, 8 * page),
    overall('that failed, of which there are none', { status: 'failed' }, page),
    overall('of a type', { type: 'renditions' }, 12 * page),
    overall('of a lane, next page', { priority: 'interactive', cursor: nextJob() }, 12 * page),
    overall('of an account', { ownerId: firstOwner }, 4 * page),
    { name: 'what runs now', mostReads: 40, ask: (db) => listRunning(db, 2_000) },
    {
      name: 'claim a job',
      mostReads: 40,
      ask: (db) =>
        db.transaction((tx) => claim(tx, [nextJob()], 'holder', { leaseMs: 30_000, maxLosses: 3 })),
    },
    {
      name: 'claim and finish a job',
      mostReads: 60,
      ask: (db) =>
        db.transaction(async (tx) => {
          const [job] = await claim(tx, [nextJob()], 'holder', { leaseMs: 30_000, maxLosses: 3 })
          if (job === undefined) throw new Error('there was no job to claim')
          await complete(tx, [{ job, result: null }])
        }),
    },
    {
      name: 'hand jobs to the queue',
      mostReads: 500,
      ask: (db) => relayOnce({ db, queue, bus, log, pollMs: 1_000, maxLosses: 3 }),
    },
    {
      name: 'sweep jobs',
      mostReads: 500,
      ask: (db) => sweepJobs({ db, config, signer, owner, log }),
    },
    { name: 'evict renditions', mostReads: 500, ask: (db) => takeOldest(db, 5_000 * 40, 100) },
    { name: 'sweep expired renditions', mostReads: 20, ask: (db) => takeExpired(db, 500) },
    {
      name: 'find a rendition',
      mostReads: 4,
      ask: (db) => findRendition(db, imageId, 'thumbnail'),
    },
  ]
}
