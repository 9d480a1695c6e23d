import type { Queryable, Transaction } from '../../platform/database/port.ts'
import type { NewRendition, Rendition } from '../types.ts'
import { type RenditionRow, renditionOf } from './rows.ts'

const columns = `image_id, key, kind, name, version, storage_key, format, content_type, width, height, size, etag,
  created_at, used_at, expires_at, asked`
const alive = '(expires_at is null or expires_at > now())'

export async function findRendition(db: Queryable, imageId: string, key: string): Promise<Rendition | null> {
  const [row] = await db.query<RenditionRow>(
    `select ${columns} from renditions where image_id = $1 and key = $2 and ${alive}`,
    [imageId, key],
    'ledger.find',
  )
  return row === undefined ? null : renditionOf(row)
}

/** The entries of these pairs of image and key, in no order. */
export async function findRenditionPairs(
  db: Queryable,
  pairs: readonly { imageId: string; key: string }[],
): Promise<Rendition[]> {
  const rows = await db.query<RenditionRow>(
    `select ${columns} from unnest($1::uuid[], $2::text[]) as w(image_id, key) join renditions using (image_id, key)
     where ${alive}`,
    [pairs.map(({ imageId }) => imageId), pairs.map(({ key }) => key)],
    'ledger.findPairs',
  )
  return rows.map(renditionOf)
}

/** Newest first. */
export async function listRenditions(db: Queryable, imageId: string): Promise<Rendition[]> {
  const rows = await db.query<RenditionRow>(
    `select ${columns} from renditions where image_id = $1 and ${alive} order by created_at desc, key`,
    [imageId],
  )
  return rows.map(renditionOf)
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

/**
 * Lets eviction take what these presets of a version were under other keys: of an earlier epoch, recipe or focal point. What
 * sets have that come after `last` stays: their job may have ended before this one.
 */
export async function releaseReplaced(
  tx: Transaction,
  { imageId, version }: { imageId: string; version: number },
  entries: readonly { key: string; name: string | null }[],
  last: number,
): Promise<void> {
  await tx.query(
    `update renditions r set kind = 'delivery' from unnest($3::text[], $4::text[]) as e(key, name)
     where r.image_id = $1 and r.kind = 'preset' and r.name is not distinct from e.name and r.key <> all($3::text[])
       and r.preset_set <= $5 and r.version in (
       select twin.version from ${twins} where v.image_id = $1 and v.version = $2)`,
    [imageId, version, entries.map(({ key }) => key), entries.map(({ name }) => name), last],
  )
}

/** Writes or refreshes an entry; false when the image is gone, or was purged since the entry was planned. */
export async function recordRendition(
  db: Queryable,
  rendition: NewRendition,
  engineEpoch: number,
): Promise<boolean> {
  const rows = await db.query(
    `insert into renditions as r (image_id, key, kind, name, version, storage_key, format, content_type, width, height,
       size, etag, expires_at, epoch, asked, preset_set)
     select id, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $16, $17 from images
       where id = $1 and ($15::int is null or purges = $15) for key share
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
       storage_key = excluded.storage_key, size = excluded.size, etag = excluded.etag, epoch = excluded.epoch,
       asked = coalesce(r.asked, excluded.asked), preset_set = greatest(r.preset_set, excluded.preset_set), used_at = now()
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
      engineEpoch,
      rendition.purges ?? null,
      rendition.asked ?? null,
      rendition.presetSet ?? 1,
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
  entries: readonly { key: string; name: string | null; presetSet?: number }[],
): Promise<boolean> {
  if (entries.length === 0) return true
  const rows = await tx.query(
    `update renditions r set kind = 'preset', expires_at = null,
       name = case when r.kind = 'preset' and e.name is not null then r.name else e.name end,
       version = case when r.kind = 'preset' and e.name is not null then r.version else $4 end,
       preset_set = greatest(r.preset_set, e.preset_set)
     from unnest($2::text[], $3::text[], $5::int[]) as e(key, name, preset_set)
     where r.image_id = $1 and r.key = e.key and ${alive} returning 1 as kept`,
    [
      imageId,
      entries.map(({ key }) => key),
      entries.map(({ name }) => name),
      version,
      entries.map(({ presetSet }) => presetSet ?? 1),
    ],
  )
  return rows.length === entries.length
}

/** Marks entries as used now. */
export async function touchRenditions(
  db: Queryable,
  uses: readonly { imageId: string; key: string }[],
): Promise<void> {
  if (uses.length === 0) return
  await db.query(
    `update renditions r set used_at = now() from unnest($1::uuid[], $2::text[]) as u(image_id, key)
     where r.image_id = u.image_id and r.key = u.key`,
    [uses.map(({ imageId }) => imageId), uses.map(({ key }) => key)],
  )
}
