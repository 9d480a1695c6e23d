import { expect, vi } from 'vitest'
import { sweepExpired, sweepOrphans } from '../../src/images/upkeep/sweep-blobs.ts'
import type { Database } from '../../src/platform/database/index.ts'
import type { Storage } from '../../src/platform/storage/index.ts'
import { type Load, sha256 } from './load.ts'

/** The truth behind the service's back. */
export interface Behind {
  db: Database
  storage: Storage
}

const settled = { timeout: 180_000, interval: 500 }

/** What must hold when a fault is over and everybody is back. Stops the load. */
export async function checkInvariants(load: Load, { db, storage }: Behind): Promise<void> {
  await load.stop()
  expect(load.wrong.slice(0, 5)).toEqual([])
  expect(load.hung.slice(0, 5)).toEqual([])

  // Every job ends; none that was acknowledged is missing.
  await vi.waitFor(async () => {
    const open = await db.query(`select id, type, status, attempts, error_code from jobs
      where status not in ('complete', 'failed', 'cancelled') limit 3`)
    expect(open).toEqual([])
  }, settled)
  const jobs = await db.query<{ id: string }>('select id from jobs')
  const known = new Set(jobs.map(({ id }) => id))
  expect([...load.jobs].filter((id) => !known.has(id))).toEqual([])
  expect(await db.query(`select id, error_code, error_message from jobs where status = 'failed'`)).toEqual([])

  // No acknowledged upload is lost, and its bytes are those that were sent.
  const images = [...load.acknowledged.values()]
  const rows = await db.query<{ id: string; sha256: string; status: string }>(
    `select i.id, v.sha256, v.status from images i join versions v on v.image_id = i.id and v.version = i.version`,
  )
  const found = new Map(rows.map((row) => [row.id, row]))
  for (const { id, sha256: sent } of images) {
    expect(found.get(id)).toMatchObject({ sha256: sent, status: 'complete' })
  }
  await inTurns(images, 4, async ({ id, sha256: sent }) => {
    const answer = await load.ask(`/images/${id}?preset=original`)
    expect([answer.status, sha256(new Uint8Array(await answer.arrayBuffer()))]).toEqual([200, sent])
  })

  // At most one rendition for a key, each preset once for a version, and every blob of the ledger is there.
  expect(
    await db.query(`select storage_key from renditions group by storage_key having count(*) > 1 limit 3`),
  ).toEqual([])
  expect(
    await db.query(`select image_id, version, name from renditions where kind = 'preset'
      group by image_id, version, name having count(*) > 1 limit 3`),
  ).toEqual([])
  await vi.waitFor(async () => {
    // Younger blobs may be on their way to their row: delivery stores what it made in quiet moments.
    const sweeping = { db, storage, orphanGraceMs: 15_000 }
    await sweepExpired(sweeping)
    await sweepOrphans(sweeping)
    const stored: string[] = []
    for await (const { key } of storage.list('images/')) stored.push(key)
    const named = await db.query<{ key: string }>(
      `select original_key as key from versions union select storage_key from renditions`,
    )
    expect(stored.sort()).toEqual([...new Set(named.map(({ key }) => key))].sort())
  }, settled)

  // Webhooks come at least once, and an event has one id however often it comes.
  const { deliveries } = load.receiver
  const ids = (type: string, imageId: string): Set<string> =>
    new Set(deliveries.filter((one) => one.type === type && one.imageId === imageId).map(({ id }) => id))
  await vi.waitFor(() => {
    const untold = images.filter(
      ({ id }) => ids('image.created', id).size === 0 || ids('image.complete', id).size === 0,
    )
    expect(untold.map(({ id }) => id).slice(0, 3)).toEqual([])
  }, settled)
  const twice = images.filter(({ id }) => ids('image.created', id).size !== 1)
  expect(twice.map(({ id }) => id)).toEqual([])
}

async function inTurns<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items]
  const one = async (): Promise<void> => {
    for (let item = left.pop(); item !== undefined; item = left.pop()) await work(item)
  }
  await Promise.all(Array.from({ length: width }, one))
}
