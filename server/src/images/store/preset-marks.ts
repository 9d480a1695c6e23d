import type { Queryable, Transaction } from '../../platform/database/port.ts'
import type { VersionName } from './epochs.ts'

/*
 * For which set the presets of a version were asked and made (`presets_asked`, `presets_made`), and the last set that a
 * rendition belongs to (`preset_set`). Set 1 is the default of all three, so an installation that never changed its
 * presets writes none of them.
 */

/** Complete versions whose presets were not asked for this set, and their owners. */
export async function listBehind(
  db: Queryable,
  set: number,
  limit: number,
): Promise<(VersionName & { ownerId: string })[]> {
  const rows = await db.query<{ image_id: string; version: number; owner_id: string }>(
    `select v.image_id, v.version, i.owner_id from versions v join images i on i.id = v.image_id
     where v.status = 'complete' and v.presets_asked < $1 order by v.presets_asked limit $2`,
    [set, limit],
  )
  return rows.map((row) => ({ imageId: row.image_id, version: row.version, ownerId: row.owner_id }))
}

export async function countBehind(db: Queryable, set: number): Promise<number> {
  const [row] = await db.query<{ behind: number }>(
    `select (select count(*) from versions where status = 'complete' and presets_asked < $1)::int
       + (select count(*) from versions where presets_asked > presets_made)::int as behind`,
    [set],
  )
  return row?.behind ?? 0
}

/** Versions whose presets were asked for and are not made: some wait, some run, some are over without. */
export async function listRunning(db: Queryable): Promise<VersionName[]> {
  const rows = await db.query<{ image_id: string; version: number }>(
    'select image_id, version from versions where presets_asked > presets_made',
  )
  return rows.map(({ image_id, version }) => ({ imageId: image_id, version }))
}

/** A version has its presets of a set, as far as they can be made. Hold the image's lock. */
export async function markMade(
  tx: Transaction,
  { imageId, version }: VersionName,
  set: number,
): Promise<void> {
  if (set === 1) return
  await tx.query(
    `update versions set presets_made = greatest(presets_made, $3), presets_asked = greatest(presets_asked, $3)
     where image_id = $1 and version = $2`,
    [imageId, version, set],
  )
}

/** Ends the wait for versions that no job works on any more, and keeps what they have; gives how many. */
export async function giveUp(db: Queryable, versions: readonly VersionName[]): Promise<number> {
  const rows = await db.query(
    `with over as (
       update versions v set presets_made = v.presets_asked from unnest($1::uuid[], $2::int[]) as u(image_id, version)
       where v.image_id = u.image_id and v.version = u.version and v.presets_asked > v.presets_made
       returning v.image_id, v.version, v.presets_asked
     ), kept as (
       update renditions r set preset_set = over.presets_asked from over
       where r.image_id = over.image_id and r.version = over.version and r.kind = 'preset' and r.name is not null
     )
     select 1 from over`,
    [versions.map(({ imageId }) => imageId), versions.map(({ version }) => version)],
  )
  return rows.length
}

/** Lets eviction take what earlier sets left behind, of versions that have their presets of this one; gives how many. */
export async function releaseEarlier(db: Queryable, set: number, limit: number): Promise<number> {
  const rows = await db.query(
    `update renditions set kind = 'delivery' where (image_id, key) in (
       select r.image_id, r.key from renditions r join versions v on v.image_id = r.image_id and v.version = r.version
       where r.kind = 'preset' and r.name is not null and r.preset_set < $1 and v.presets_made >= $1
       limit $2 for update of r skip locked)
       and kind = 'preset' and preset_set < $1
     returning 1 as released`,
    [set, limit],
  )
  return rows.length
}
