import type { FocalPoint } from '@rendition/contract'
import type { Queryable } from '../../platform/database/port.ts'
import type { Rendition } from '../types.ts'
import {
  type RenditionRow,
  renditionOf,
  type VersionRecord,
  type VersionRow,
  versionColumns,
  versionOf,
} from './rows.ts'

/** A version, drawn at random. */
export interface Drawn {
  version: VersionRecord
  focalPoint: FocalPoint | null
}

/** Complete versions of images. */
export async function countComplete(db: Queryable): Promise<number> {
  const [row] = await db.query<{ versions: number }>(
    `select count(*)::int as versions from versions where status = 'complete'`,
  )
  return row?.versions ?? 0
}

/** Of `total` complete versions so many at most: all of a small library, else those of pages drawn at random. */
export async function drawVersions(db: Queryable, total: number, most: number): Promise<Drawn[]> {
  // Four times as many as are kept: pages hold different numbers, and few pages are few uploads
  const percent = total <= most * 4 ? 100 : Math.min(100, (100 * most * 4) / total)
  const rows = await db.query<VersionRow & { focal_x: number | null; focal_y: number | null }>(
    `select ${versionColumns}, i.focal_x, i.focal_y from versions v tablesample system ($1) join images i on i.id = v.image_id
     where v.status = 'complete' order by random() limit $2`,
    [percent, most],
  )
  return rows.map(({ focal_x: x, focal_y: y, ...row }) => ({
    version: versionOf(row),
    focalPoint: x === null || y === null ? null : { x, y },
  }))
}

/** The presets that are stored of these versions. */
export async function listPresetRows(
  db: Queryable,
  versions: readonly { imageId: string; version: number }[],
): Promise<Rendition[]> {
  const rows = await db.query<RenditionRow>(
    `select r.* from unnest($1::uuid[], $2::int[]) as w(image_id, version)
     join renditions r on r.image_id = w.image_id and r.version = w.version
     where r.kind = 'preset' and r.name is not null`,
    [versions.map(({ imageId }) => imageId), versions.map(({ version }) => version)],
  )
  return rows.map(renditionOf)
}
