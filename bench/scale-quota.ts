import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { countOriginals, foldOriginals } from '../server/src/images/store/original-totals.ts'
import { type Database, openDatabase, type Queryable } from '../server/src/platform/database/index.ts'
import { median } from './figures.ts'

const owner = '00000000-0000-7000-9000-000000000001'
const rounds = 21

/** By looking at every version, as it was counted before there were totals. */
const countAnew = (db: Queryable) =>
  db.query(
    `select coalesce(sum(o.size), 0)::bigint as bytes, count(distinct o.image_id)::int as images
     from (select distinct v.image_id, v.original_key, v.size
           from versions v join images i on i.id = v.image_id where i.owner_id = $1) o`,
    [owner],
  )

/**
 * What it costs to count what one account keeps, which every upload does where there is a quota: by looking at its versions, and by its
 * kept total. Milliseconds of PostgreSQL's processor, planning included, the median of many.
 */
export async function measureQuota(sizes: readonly number[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'rendition-bench-'))
  const db = await openDatabase({
    url: 'embedded:',
    folder: join(folder, 'database'),
    migrationsFolder: join(import.meta.dirname, '../server/migrations'),
    statementTimeoutMs: 600_000,
    poolSize: 1,
  })
  try {
    await db.migrate()
    // What counting and versions need stays; to fill the rest would take most of the time.
    const others = await db.query<{ name: string }>(
      `select indexname as name from pg_indexes where tablename = 'images' and indexname not in ('images_pkey', 'images_newest')`,
    )
    await db.query(`drop index ${others.map(({ name }) => name).join(', ')}`)
    let there = 0
    for (const images of sizes) {
      await fill(db, there, images)
      there = images
      const before = await measure(db, images > 200_000 ? 5 : rounds, () => countAnew(db))
      const kept = await measure(db, rounds, () => countOriginals(db, owner))
      await db.query(
        `insert into original_changes (owner_id, bytes, images) select $1, 0, 0 from generate_series(1, 1000)`,
        [owner],
      )
      const loose = await measure(db, rounds, () => countOriginals(db, owner))
      const fold = await measure(db, 1, () => foldOriginals(db, 5_000))
      const add = await measure(db, rounds, () => addVersion(db))
      await db.query('alter table versions disable trigger versions_originals_new')
      const bare = await measure(db, rounds, () => addVersion(db))
      await db.query('alter table versions enable trigger versions_originals_new')
      console.log(
        `  ${String(images).padStart(9)} images   anew ${before.toFixed(2).padStart(8)}   kept ${kept.toFixed(2)}   ` +
          `with 1,000 changes ${loose.toFixed(2)}   adding those up ${fold.toFixed(1)}   ` +
          `a new version ${add.toFixed(2)}, uncounted ${bare.toFixed(2)}`,
      )
    }
  } finally {
    await db.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** Processor time of the one process that answers. */
async function measure(db: Database, times: number, ask: () => Promise<unknown>): Promise<number> {
  const [row] = await db.query<{ pid: number }>('select pg_backend_pid() as pid')
  const used = (): number => Number(readFileSync(`/proc/${row?.pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6
  await ask()
  const each: number[] = []
  for (let n = 0; n < times; n += 1) {
    const began = used()
    await ask()
    each.push(used() - began)
  }
  return median(each)
}

const versionsOf = (numbers: string): string =>
  `insert into versions (image_id, version, cause, original_key, format, content_type, original_width, original_height, size,
     sha256, orientation, frames, has_alpha, width, height, status)
   select id, ${numbers}, 'upload', 'images/' || id || '/original', 'jpeg', 'image/jpeg', 6000, 4000, 5000000,
     repeat('0', 64), 1, 1, false, 6000, 4000, 'complete'`

/** One more of an image that is there: what an edit writes, without its transaction's commit. */
async function addVersion(db: Database): Promise<void> {
  await db.query(
    `${versionsOf('version + 1')}
     from (select image_id as id, version from versions order by image_id, version desc limit 1) newest`,
  )
}

/** Images of one account up to so many, beside a tenth as many of others; sorted into no search, which takes a millisecond each. */
async function fill(db: Database, from: number, to: number): Promise<void> {
  for (const table of ['images', 'versions']) await db.query(`alter table ${table} disable trigger user`)
  await db.query(
    `insert into images (id, owner_id, original_name, visibility, version, last_version, size, indexed)
     select gen_random_uuid(), case when n % 11 > 0 then $3::uuid else gen_random_uuid() end, 'photo.jpg', 'private', 1, 1, 5000000, 1
     from generate_series(11 * $1::bigint / 10 + 1, 11 * $2::bigint / 10) n`,
    [from, to, owner],
  )
  await db.query(
    `${versionsOf('1')} from images i where not exists (select 1 from versions v where v.image_id = i.id)`,
  )
  for (const table of ['images', 'versions']) await db.query(`alter table ${table} enable trigger user`)
  await db.query('truncate original_totals, original_changes')
  await db.query(
    readFileSync(join(import.meta.dirname, '../server/migrations/0086_original_totals_counted.sql'), 'utf8'),
  )
  await db.query('vacuum analyze')
}
