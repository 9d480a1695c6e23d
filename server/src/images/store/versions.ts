import type { ImageStatus } from '@rendition/contract'
import type { Recipe } from '@rendition/contract/recipe'
import type { Queryable, Transaction } from '../../platform/database/port.ts'
import type { QualityCurve } from '../../rendering/port.ts'
import type { Asset, OriginalFacts, Placeholder } from '../types.ts'
import { paletteColumns } from './palette-columns.ts'
import {
  imagesWithVersion,
  type VersionCause,
  type VersionRecord,
  type VersionRow,
  versionColumns,
  versionOf,
} from './rows.ts'

/** Version `n`, or the current one. */
export async function readVersion(db: Queryable, imageId: string, n?: number): Promise<VersionRecord | null> {
  const [row] =
    n === undefined
      ? await db.query<VersionRow>(
          `select ${versionColumns} from ${imagesWithVersion} where i.id = $1`,
          [imageId],
          'images.version',
        )
      : await db.query<VersionRow>(
          `select ${versionColumns} from versions v where v.image_id = $1 and v.version = $2`,
          [imageId, n],
          'images.version-n',
        )
  return row === undefined ? null : versionOf(row)
}

export async function readVersions(
  db: Queryable,
  imageId: string,
  page: { below: number; limit: number },
): Promise<VersionRecord[]> {
  const rows = await db.query<VersionRow>(
    `select ${versionColumns} from versions v where v.image_id = $1 and v.version < $2
     order by v.version desc limit $3`,
    [imageId, page.below, page.limit],
  )
  return rows.map(versionOf)
}

/** The first version of each original, which is that original as it came, by its storage key. */
export async function readBases(db: Queryable, imageId: string): Promise<ReadonlyMap<string, number>> {
  const rows = await db.query<{ original_key: string; version: number }>(
    `select original_key, min(version) as version from versions where image_id = $1 and recipe is null
     group by original_key`,
    [imageId],
  )
  return new Map(rows.map((row) => [row.original_key, row.version]))
}

export interface NewVersion {
  imageId: string
  version: number
  parent: number | null
  cause: VersionCause
  original: OriginalFacts
  recipe: Recipe | null
  assets: readonly Asset[]
  width: number
  height: number
  status: ImageStatus
  placeholder: Placeholder | null
  /** Of one that was made somewhere else before; now without it. */
  createdAt?: Date
  /** What makes its renditions. */
  jobId?: string
}

export async function insertVersion(tx: Transaction, version: NewVersion): Promise<void> {
  const { original } = version
  const { palette, colours } = paletteColumns(version.placeholder)
  await tx.query(
    `insert into versions (image_id, version, parent, cause, original_key, format, content_type, original_width,
       original_height, size, sha256, orientation, frames, has_alpha, recipe, width, height, status, thumbhash, color,
       assets, metadata, metadata_rules, palette, colours, quality_curve, created_at, job_id, processed_at, look, look_rules)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
       $22, $23, $24, $25, $26, coalesce($27, now()), $28,
       case when $18 = 'complete' then now() end,
       (select look from versions where image_id = $1 and original_key = $5 order by look_rules desc limit 1),
       coalesce((select max(look_rules) from versions where image_id = $1 and original_key = $5), 0))`,
    [
      version.imageId,
      version.version,
      version.parent,
      version.cause,
      original.key,
      original.format,
      original.contentType,
      original.width,
      original.height,
      original.size,
      original.sha256,
      original.orientation,
      original.frames,
      original.hasAlpha,
      version.recipe === null ? null : JSON.stringify(version.recipe),
      version.width,
      version.height,
      version.status,
      version.placeholder?.thumbhash ?? null,
      version.placeholder?.color ?? null,
      JSON.stringify(version.assets),
      original.metadata === null ? null : JSON.stringify(original.metadata),
      original.metadataRules,
      palette,
      colours,
      original.curve ? JSON.stringify(original.curve) : null,
      version.createdAt ?? null,
      version.jobId ?? null,
    ],
    'versions.insert',
  )
}

/**
 * What is recorded of an original, as its decoder found it. Whatever was made of it by an edit keeps its own size. Hold the
 * image's lock.
 */
export async function correctOriginal(
  tx: Transaction,
  imageId: string,
  original: Pick<OriginalFacts, 'key' | 'width' | 'height' | 'orientation'>,
): Promise<void> {
  await tx.query(
    `update versions set original_width = $3, original_height = $4, orientation = $5,
       width = case when recipe is null then $3 else width end,
       height = case when recipe is null then $4 else height end
     where image_id = $1 and original_key = $2`,
    [imageId, original.key, original.width, original.height, original.orientation],
  )
  // It is found by its sides, and no trigger looks at those of a version.
  await tx.query('update images set indexed = 1 where id = $1', [imageId])
}

/** Keeps the curve of an original, with every version that starts from it. */
export async function recordCurve(
  tx: Transaction,
  imageId: string,
  originalKey: OriginalFacts['key'],
  curve: QualityCurve,
): Promise<void> {
  await tx.query('update versions set quality_curve = $3 where image_id = $1 and original_key = $2', [
    imageId,
    originalKey,
    JSON.stringify(curve),
  ])
}

/** Says that a version is being rendered, unless it is complete. */
export async function beginVersion(tx: Transaction, imageId: string, version: number): Promise<void> {
  await tx.query(
    `update versions set status = 'processing' where image_id = $1 and version = $2 and status <> 'complete'`,
    [imageId, version],
  )
}

/** Says how the rendering of a version stands; what is left out stays as it is. */
export async function setVersionState(
  tx: Transaction,
  imageId: string,
  version: number,
  state: {
    status: ImageStatus
    jobId?: string
    error?: { code: string; message: string } | null
    placeholder?: Placeholder | null
  },
): Promise<boolean> {
  const { palette, colours } = paletteColumns(state.placeholder ?? null)
  const rows = await tx.query(
    `update versions set status = $3, job_id = coalesce($4, job_id), error_code = $5, error_message = $6,
       thumbhash = coalesce($7, thumbhash), color = coalesce($8, color),
       palette = coalesce($9, palette), colours = coalesce($10, colours),
       processed_at = case when $3 = 'complete' then now() when $3 = 'pending' then null else processed_at end
     where image_id = $1 and version = $2 returning 1 as found`,
    [
      imageId,
      version,
      state.status,
      state.jobId ?? null,
      state.error?.code ?? null,
      state.error?.message ?? null,
      state.placeholder?.thumbhash ?? null,
      state.placeholder?.color ?? null,
      palette,
      colours,
    ],
  )
  return rows.length > 0
}
