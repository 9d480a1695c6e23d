import type { Database } from '../../src/platform/database/index.ts'

export interface Sizes {
  images: number
  queuedJobs: number
  finishedJobs: number
  owners: number
}

/** The first owner, whose images and jobs the questions ask for: one of `owners`, all alike. */
export const firstOwner = '00000000-0000-7000-9000-000000000001'

/** An id as uuidv7 makes them: they sort by time, and `n` is what tells two of them apart. */
const idOf = (n: string, kind: number): string =>
  `(lpad(to_hex(1700000000000 / 65536 + ${n} / 65536), 8, '0') || '-' || lpad(to_hex((${n}) % 65536), 4, '0') ||
    '-7000-8000-' || lpad(to_hex(${kind}::bigint * 16777216 * 256 + ${n}), 12, '0'))::uuid`
/** The first tenth of everything belongs to the first owner, so that the newest of his are all old. */
const ownerOf = (n: string, count: number, owners: number): string =>
  `('00000000-0000-7000-9000-' ||
    lpad(to_hex(case when ${n} <= ${count} / 10 then 1 else 2 + (${n}) % ${owners - 1} end), 12, '0'))::uuid`

const batch = 100_000

/**
 * Fills a migrated database as a busy installation's would be: every owner has images of some versions and renditions,
 * some renditions that URLs made, jobs of the past, and a backlog of bulk jobs, a part of it out with workers.
 */
export async function fillDatabase(db: Database, sizes: Sizes): Promise<void> {
  const { images, queuedJobs, finishedJobs, owners } = sizes
  // Sorting each into the search takes a millisecond: a quarter of an hour for a million.
  for (const table of ['images', 'versions']) await db.query(`alter table ${table} disable trigger user`)
  const inBatches = async (count: number, statement: (from: number, to: number) => string): Promise<void> => {
    for (let from = 1; from <= count; from += batch) {
      await db.query(statement(from, Math.min(count, from + batch - 1)))
    }
  }
  await inBatches(
    images,
    (
      from,
      to,
    ) => `insert into images (id, owner_id, original_name, visibility, tags, version, last_version, size,
        indexed, format, width, height)
      select ${idOf('n', 1)}, ${ownerOf('n', images, owners)}, 'photo-' || n || '.jpg',
        case when n % 10 = 0 then 'public' else 'private' end,
        case when n % 50 = 0 then array['holiday'] else '{}'::text[] end, 1, 1, 1000000 + n % 5000000, 1, 'jpeg', 6000, 4000
      from generate_series(${from}::bigint, ${to}) n`,
  )
  await inBatches(
    images,
    (
      from,
      to,
    ) => `insert into versions (image_id, version, cause, original_key, format, content_type, original_width,
        original_height, size, sha256, orientation, frames, has_alpha, width, height, status)
      select ${idOf('n', 1)}, 1, 'upload', 'images/' || ${idOf('n', 1)} || '/original', 'jpeg', 'image/jpeg', 6000, 4000,
        5000000, lpad(to_hex(n), 64, '0'), 1, 1, false, 6000, 4000,
        case when n % 100 = 0 then 'failed' else 'complete' end
      from generate_series(${from}::bigint, ${to}) n`,
  )
  await db.query(
    `insert into original_totals (owner_id, bytes, images)
     select owner_id, 5000000 * count(*), count(*) from images group by owner_id
     union all select gen_random_uuid(), 5000000, 1 from generate_series(1, 5000)`,
  )
  await db.query(
    `insert into original_changes (owner_id, bytes, images)
     select owner_id, 0, 0 from original_totals where owner_id <> '${firstOwner}'`,
  )
  // As random as those of photos are; every tenth picture is there twice, a bit apart.
  const lookOf = (n: string) => `('x' || substr(md5(((${n})::bigint)::text), 1, 16))::bit(64)::bigint`
  await inBatches(
    images,
    (from, to) => `insert into looks (image_id, owner_id, look, group_id)
      select ${idOf('n', 1)}, ${ownerOf('n', images, owners)}, case when twin then ${lookOf('n - 1')} # 1 else ${lookOf('n')} end,
        case when twin then ${idOf('(n - 1)', 1)} else ${idOf('n', 1)} end
      from (select n, n % 10 = 9 and n <= ${images} / 10 as twin from generate_series(${from}::bigint, ${to}) n) all_of_them`,
  )
  const rendition = (every: number, kind: string, key: string, used: string) => (from: number, to: number) =>
    `insert into renditions (image_id, key, kind, name, version, storage_key, format, content_type, width, height, size,
        etag, used_at)
      select ${idOf('n', 1)}, '${key}', '${kind}', null, 1, 'images/' || ${idOf('n', 1)} || '/renditions/${key}', 'jpeg',
        'image/jpeg', 150, 150, 5000, 'etag', ${used}
      from generate_series(${from}::bigint, ${to}) n where n % ${every} = 0`
  await inBatches(images, rendition(1, 'preset', 'thumbnail', 'now()'))
  await inBatches(images, rendition(4, 'delivery', 'url', "now() - (n % 1000000) * interval '1 second'"))
  const job =
    (count: number, status: string, more: string, values: string, kind: number) =>
    (from: number, to: number) =>
      `insert into jobs (id, owner_id, type, image_id, status, priority, max_attempts, input, turn, created_at${more})
      select ${idOf('n', kind)}, ${ownerOf('n', count, owners)}, 'renditions', ${idOf(`1 + n % ${images}`, 1)}, '${status}',
        case when n % 20 = 0 then 'interactive' else 'bulk' end, 5, '{}', n / ${owners}, now()${values}
      from generate_series(${from}::bigint, ${to}) n`
  await inBatches(
    finishedJobs,
    job(finishedJobs, 'complete', ', finished_at, attempts', ", now() - n * interval '1 second', 1", 2),
  )
  await inBatches(queuedJobs, job(queuedJobs, 'pending', '', '', 3))
  await db.query(
    job(
      16,
      'processing',
      ', dispatched_at, lease_until, holder',
      `, now(), now() + interval '1 hour', 'w'`,
      4,
    )(1, 16),
  )
  for (const table of ['images', 'versions']) await db.query(`alter table ${table} enable trigger user`)
  await db.query('vacuum analyze')
}
