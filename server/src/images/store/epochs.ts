import type { Queryable, Transaction } from '../../platform/database/port.ts'

/** A version of an image, by number. */
export interface VersionName {
  imageId: string
  version: number
}

/** Whether anything is left that an earlier epoch of the engine made: one look at an index. */
export async function hasEarlier(db: Queryable, epoch: number): Promise<boolean> {
  const rows = await db.query(
    'select 1 from renditions where epoch < $1 limit 1',
    [epoch],
    'images.older_epoch',
  )
  return rows.length > 0
}

/** How many versions are being renewed now. */
export async function countRenewing(db: Queryable, epoch: number): Promise<number> {
  const [row] = await db.query<{ versions: number }>(
    `select count(distinct (r.image_id, r.version))::int as versions
     from renditions r join versions v on v.image_id = r.image_id and v.version = r.version
     where r.epoch < $1 and r.kind = 'preset' and v.renewed_for >= $1`,
    [epoch],
  )
  return row?.versions ?? 0
}

/** Versions with earlier presets whose turn has not come, from `entries` entries of the ledger. */
export async function listUnrenewed(
  db: Queryable,
  epoch: number,
  entries: number,
): Promise<(VersionName & { ownerId: string })[]> {
  // From the old renditions on, by their index: most versions have none
  const rows = await db.query<{ image_id: string; version: number; owner_id: string }>(
    `select r.image_id, r.version, i.owner_id from renditions r
     join versions v on v.image_id = r.image_id and v.version = r.version join images i on i.id = r.image_id
     where r.epoch < $1 and r.kind = 'preset' and v.renewed_for < $1 limit $2`,
    [epoch, entries],
  )
  const versions = new Map(rows.map((row) => [`${row.image_id} ${row.version}`, row]))
  return [...versions.values()].map(({ image_id, version, owner_id }) => ({
    imageId: image_id,
    version,
    ownerId: owner_id,
  }))
}

/**
 * Raises this mark of these versions; those that another process has just raised are not among the answer. A column and not a
 * value: `renewed_for` counts epochs, `presets_asked` sets of presets.
 */
export async function takeVersions(
  tx: Transaction,
  column: 'renewed_for' | 'presets_asked',
  mark: number,
  versions: readonly VersionName[],
): Promise<VersionName[]> {
  const rows = await tx.query<{ image_id: string; version: number }>(
    `update versions set ${column} = $1 where (image_id, version) in (
       select v.image_id, v.version from versions v
       join unnest($2::uuid[], $3::int[]) as u(image_id, version) using (image_id, version)
       where v.${column} < $1 for update of v skip locked)
     returning image_id, version`,
    [mark, versions.map(({ imageId }) => imageId), versions.map(({ version }) => version)],
  )
  return rows.map(({ image_id, version }) => ({ imageId: image_id, version }))
}

/** Images with earlier presets of versions whose turn was given: it is over, or a job is at it. */
export async function listRenewed(db: Queryable, epoch: number, limit: number): Promise<string[]> {
  const rows = await db.query<{ image_id: string }>(
    `select distinct r.image_id from renditions r join versions v on v.image_id = r.image_id and v.version = r.version
     where r.epoch < $1 and r.kind = 'preset' and v.renewed_for >= $1 limit $2`,
    [epoch, limit],
  )
  return rows.map(({ image_id }) => image_id)
}
