import type { Database, Queryable, Transaction } from '../platform/database/port.ts'
import { storageKey } from '../platform/storage/key.ts'
import type { Storage } from '../platform/storage/port.ts'
import { type RenditionRow, renditionOf } from './rows.ts'
import type { Ledger, NewRendition, Rendition } from './types.ts'

const columns = `image_id, key, kind, name, version, storage_key, format, content_type, width, height, size, etag,
  created_at, used_at, expires_at`
const alive = '(expires_at is null or expires_at > now())'

export function createLedger(db: Database, storage: Storage): Ledger {
  return {
    find: (imageId, key) => findRendition(db, imageId, key),
    async list(imageId) {
      const rows = await db.query<RenditionRow>(
        `select ${columns} from renditions where image_id = $1 and ${alive} order by created_at desc, key`,
        [imageId],
      )
      return rows.map(renditionOf)
    },
    record: (rendition, tx) => recordRendition(tx ?? db, rendition),
    async touch(uses) {
      if (uses.length === 0) return
      await db.query(
        `update renditions r set used_at = now() from unnest($1::uuid[], $2::text[]) as u(image_id, key)
         where r.image_id = u.image_id and r.key = u.key`,
        [uses.map(({ imageId }) => imageId), uses.map(({ key }) => key)],
      )
    },
    evict: (maxBytes, downTo = maxBytes) => evict(db, storage, maxBytes, downTo),
  }
}

export async function findRendition(db: Queryable, imageId: string, key: string): Promise<Rendition | null> {
  const [row] = await db.query<RenditionRow>(
    `select ${columns} from renditions where image_id = $1 and key = $2 and ${alive}`,
    [imageId, key],
    'ledger.find',
  )
  return row === undefined ? null : renditionOf(row)
}

/** The entries of these images under any of these keys. */
export async function findRenditions(
  db: Queryable,
  imageIds: readonly string[],
  keys: readonly string[],
): Promise<Rendition[]> {
  if (keys.length === 0) return []
  const rows = await db.query<RenditionRow>(
    `select ${columns} from renditions where image_id = any($1::uuid[]) and key = any($2::text[]) and ${alive}`,
    [imageIds, keys],
  )
  return rows.map(renditionOf)
}

/** Versions that show the same picture: a restored one shares the renditions of the one it restores. */
const twins = `versions v join versions twin on twin.image_id = v.image_id and twin.sha256 = v.sha256
  and twin.recipe is not distinct from v.recipe and twin.assets = v.assets`

/** What was made for these versions and is kept, whatever its key says of epoch or recipe; the oldest first. */
export async function findKept(
  db: Queryable,
  versions: readonly { imageId: string; version: number }[],
): Promise<Rendition[]> {
  if (versions.length === 0) return []
  const rows = await db.query<RenditionRow>(
    `select ${columns} from renditions where kind = 'preset' and image_id = any($1::uuid[]) and (image_id, version) in (
       select v.image_id, twin.version from ${twins}
       join unnest($1::uuid[], $2::int[]) as w(image_id, version) on w.image_id = v.image_id and w.version = v.version)
     order by created_at, key`,
    [versions.map(({ imageId }) => imageId), versions.map(({ version }) => version)],
  )
  return rows.map(renditionOf)
}

/** Lets eviction take what these presets of a version were under other keys: of an earlier epoch, recipe or focal point. */
export async function releaseReplaced(
  tx: Transaction,
  { imageId, version }: { imageId: string; version: number },
  entries: readonly { key: string; name: string | null }[],
): Promise<void> {
  await tx.query(
    `update renditions r set kind = 'delivery' from unnest($3::text[], $4::text[]) as e(key, name)
     where r.image_id = $1 and r.kind = 'preset' and r.name = e.name and r.key <> all($3::text[]) and r.version in (
       select twin.version from ${twins} where v.image_id = $1 and v.version = $2)`,
    [imageId, version, entries.map(({ key }) => key), entries.map(({ name }) => name)],
  )
}

/** Writes or refreshes an entry; false when the image is gone. */
export async function recordRendition(db: Queryable, rendition: NewRendition): Promise<boolean> {
  const rows = await db.query(
    `insert into renditions as r (image_id, key, kind, name, version, storage_key, format, content_type, width, height,
       size, etag, expires_at)
     select id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13 from images where id = $1 for key share
     on conflict (image_id, key) do update set
       kind = case when r.expires_at <= now() then excluded.kind
         when 'preset' in (r.kind, excluded.kind) then 'preset'
         when 'job' in (r.kind, excluded.kind) then 'job' else 'delivery' end,
       name = case when excluded.kind <> 'preset' or r.kind = 'preset' and excluded.name is not null then r.name
         else excluded.name end,
       version = case when excluded.kind <> 'preset' or r.kind = 'preset' and excluded.name is not null then r.version
         else excluded.version end,
       expires_at = case
         when r.expires_at <= now() then excluded.expires_at
         when 'preset' in (r.kind, excluded.kind) then null
         when r.kind = 'job' and r.expires_at is null then null
         when excluded.kind = 'job' and excluded.expires_at is null then null
         else greatest(r.expires_at, excluded.expires_at) end,
       storage_key = excluded.storage_key, size = excluded.size, etag = excluded.etag, used_at = now()
     returning 1 as written`,
    [
      rendition.imageId,
      rendition.key,
      rendition.kind,
      rendition.name,
      rendition.version,
      rendition.storageKey,
      rendition.format,
      rendition.contentType,
      rendition.width,
      rendition.height,
      rendition.size,
      rendition.etag,
      rendition.expiresAt ?? null,
    ],
  )
  return rows.length > 0
}

/**
 * Makes entries part of the image, for a version: they are kept from now on. An entry that was a preset of another
 * version stays that, unless it becomes the picture of this one, which others may lay over theirs. false when one was
 * evicted meanwhile, so that its bytes have to be made again.
 */
export async function promoteRenditions(
  tx: Transaction,
  { imageId, version }: { imageId: string; version: number },
  entries: readonly { key: string; name: string | null }[],
): Promise<boolean> {
  if (entries.length === 0) return true
  const rows = await tx.query(
    `update renditions r set kind = 'preset', expires_at = null,
       name = case when r.kind = 'preset' and e.name is not null then r.name else e.name end,
       version = case when r.kind = 'preset' and e.name is not null then r.version else $4 end
     from unnest($2::text[], $3::text[]) as e(key, name)
     where r.image_id = $1 and r.key = e.key and ${alive} returning 1 as kept`,
    [imageId, entries.map(({ key }) => key), entries.map(({ name }) => name), version],
  )
  return rows.length === entries.length
}

interface Removed {
  [column: string]: unknown
  storage_key: string
  size: number
}

/** Deletes the blobs of rows that are gone. A crash before leaves orphans, which the sweeper finds. */
export async function deleteBlobs(storage: Storage, rows: readonly Removed[]): Promise<void> {
  await storage.delete(rows.map((row) => storageKey(row.storage_key)))
}

/** Rows taken in one transaction, their blobs after it. */
const evictionBatch = 2_000

async function evict(
  db: Database,
  storage: Storage,
  maxBytes: number,
  downTo: number,
): Promise<{ removed: number; bytes: number; kept: number }> {
  const total = { removed: 0, bytes: 0 }
  let goal = maxBytes
  for (;;) {
    const { rows, kept } = await db.transaction(async (tx) => {
      // One at a time: two that count the same excess would remove it twice.
      await tx.query("select pg_advisory_xact_lock(hashtext('rendition.evict'))")
      const bytes = await deliveryBytes(tx)
      const taken = bytes > goal ? await takeOldest(tx, bytes - downTo, evictionBatch) : []
      return { rows: taken, kept: bytes - bytesOf(taken) }
    })
    await deleteBlobs(storage, rows)
    total.removed += rows.length
    total.bytes += bytesOf(rows)
    if (rows.length < evictionBatch) return { ...total, kept }
    goal = downTo
  }
}

/** What they had together. */
export const bytesOf = (rows: readonly Removed[]): number => rows.reduce((sum, { size }) => sum + size, 0)

/** Bytes of what was made for URLs. Reads one index whole: some 30 ms for 250,000 entries. */
export async function deliveryBytes(db: Queryable): Promise<number> {
  const [row] = await db.query<{ bytes: number }>(
    `select coalesce(sum(size), 0)::bigint as bytes from renditions where kind = 'delivery'`,
  )
  return row?.bytes ?? 0
}

/** Removes the entries used longest ago that have at least so many bytes together, `limit` of them at most. */
export async function takeOldest(db: Queryable, bytes: number, limit: number): Promise<Removed[]> {
  return db.query<Removed>(
    `delete from renditions where (image_id, key) in (
       select image_id, key from (
         select image_id, key, sum(size) over (order by used_at, image_id, key) - size as before
         from (select image_id, key, size, used_at from renditions where kind = 'delivery' order by used_at limit $2) oldest
       ) ranked where before < $1) and kind = 'delivery'
     returning storage_key, size`,
    [bytes, limit],
  )
}

/** Removes what a purge may: everything that a URL or a finished job can have made again. */
export async function purgeRenditions(tx: Transaction, imageId: string): Promise<Removed[]> {
  return tx.query<Removed>(
    `delete from renditions where image_id = $1 and kind <> 'preset' returning storage_key, size`,
    [imageId],
  )
}

/** Removes results whose time is over. */
export async function takeExpired(db: Queryable, limit: number): Promise<Removed[]> {
  return db.query<Removed>(
    `delete from renditions where (image_id, key) in (
       select image_id, key from renditions where expires_at <= now() limit $1) and expires_at <= now()
     returning storage_key, size`,
    [limit],
  )
}
