import type { Queryable, Transaction } from '../../platform/database/port.ts'
import { type Growth, growthSchema } from '../../platform/storage/index.ts'

/** A `direct` one goes to the storage without us, and not by tus; an `archive` becomes no image but those in it. */
export type UploadKind = 'whole' | 'partial' | 'final' | 'direct' | 'archive'

/** A resumable upload. */
export interface UploadRecord {
  id: string
  ownerId: string
  kind: UploadKind
  /** Bytes in the end; null while the client has not said. */
  length: number | null
  /** Bytes that are there. */
  size: number
  /** null once nothing is kept any more. */
  growth: Growth | null
  /** As the client sent it. */
  metadata: string
  /** Of a final one. */
  partIds: readonly string[]
  /** What it became. */
  imageId: string | null
  jobId: string | null
  /** What the client said of it, where it goes to the storage itself. */
  sha256: string | null
  contentType: string | null
  /** Of a guest's, what lets them. */
  shareId: string | null
  createdAt: Date
  touchedAt: Date
}

interface UploadRow extends Record<string, unknown> {
  id: string
  owner_id: string
  kind: UploadKind
  length: number | null
  size: number
  growth: unknown
  metadata: string
  part_ids: string[]
  image_id: string | null
  job_id: string | null
  sha256: string | null
  content_type: string | null
  share_id: string | null
  created_at: Date
  touched_at: Date
}

const columns =
  'id, owner_id, kind, length, size, growth, metadata, part_ids, image_id, job_id, sha256, content_type, share_id, created_at, touched_at'

const recordOf = (row: UploadRow): UploadRecord => ({
  id: row.id,
  ownerId: row.owner_id,
  kind: row.kind,
  length: row.length,
  size: row.size,
  growth: row.growth === null ? null : growthSchema.parse(row.growth),
  metadata: row.metadata,
  partIds: row.part_ids,
  imageId: row.image_id,
  jobId: row.job_id,
  sha256: row.sha256,
  contentType: row.content_type,
  shareId: row.share_id,
  createdAt: row.created_at,
  touchedAt: row.touched_at,
})

/** Neither an image, nor an archive that is unpacked. */
const unfinished = 'image_id is null and growth is not null'

export interface NewUpload
  extends Pick<UploadRecord, 'id' | 'ownerId' | 'kind' | 'length' | 'metadata' | 'partIds'> {
  growth: Growth
  sha256?: string | null
  contentType?: string | null
  shareId?: string | null
  /** Holds it from the beginning, for so many milliseconds; null for nobody. */
  holder: string | null
  leaseMs: number
}

export async function insertUpload(tx: Transaction, upload: NewUpload): Promise<void> {
  const { id, ownerId, kind, length, growth, metadata, partIds, holder, leaseMs } = upload
  const { sha256 = null, contentType = null, shareId = null } = upload
  await tx.query(
    `insert into uploads (id, owner_id, kind, length, growth, metadata, part_ids, lease_holder, leased_until, sha256, content_type,
       share_id)
     values ($1, $2, $3, $4, $5, $6, $7, $8, case when $8::uuid is not null then now() + $9 * interval '1 ms' end, $10, $11, $12)`,
    [
      id,
      ownerId,
      kind,
      length,
      JSON.stringify(growth),
      metadata,
      partIds,
      holder,
      leaseMs,
      sha256,
      contentType,
      shareId,
    ],
    'uploads.insert',
  )
}

/** Whoever's it is; null when there is none. */
export async function readUpload(db: Queryable, id: string): Promise<UploadRecord | null> {
  const [row] = await db.query<UploadRow>(
    `select ${columns} from uploads where id = $1`,
    [id],
    'uploads.read',
  )
  return row === undefined ? null : recordOf(row)
}

/** Several of one owner, in no order; those that are not there are missing. */
export async function readUploadsOf(
  db: Queryable,
  ownerId: string,
  ids: readonly string[],
): Promise<UploadRecord[]> {
  const rows = await db.query<UploadRow>(
    `select ${columns} from uploads where owner_id = $1 and id = any($2::uuid[])`,
    [ownerId, ids],
  )
  return rows.map(recordOf)
}

/** Those of an owner that are no images yet, the newest first. */
export async function listUnfinished(
  db: Queryable,
  ownerId: string,
  limit: number,
  after: string | null,
): Promise<UploadRecord[]> {
  const rows = await db.query<UploadRow>(
    `select ${columns} from uploads
     where owner_id = $1 and ${unfinished} and ($3::uuid is null or id < $3) order by id desc limit $2`,
    [ownerId, limit, after],
  )
  return rows.map(recordOf)
}

/**
 * What unfinished uploads of an owner will take when they are images. Partial ones stand for their final one; of an archive
 * that a job unpacks now its images count.
 */
export async function countReserved(
  db: Queryable,
  ownerId: string,
): Promise<{ bytes: number; images: number }> {
  const [row] = await db.query<{ bytes: number; images: number }>(
    `select coalesce(sum(greatest(coalesce(length, 0), size)), 0)::bigint as bytes,
       count(*) filter (where kind in ('whole', 'direct'))::int as images
     from uploads where owner_id = $1 and ${unfinished} and kind <> 'final'
       and (unpacked is null or unpacked ? 'ended')`,
    [ownerId],
  )
  return row ?? { bytes: 0, images: 0 }
}

/** Writes down how far it has grown; false when the holder has lost it. */
export async function saveGrowth(
  db: Queryable,
  id: string,
  holder: string,
  growth: Growth,
): Promise<boolean> {
  const rows = await db.query(
    `update uploads set size = $3, growth = $4, touched_at = now()
     where id = $1 and lease_holder = $2 and image_id is null returning 1 as saved`,
    [id, holder, growth.size, JSON.stringify(growth)],
    'uploads.grow',
  )
  return rows.length > 0
}

export async function setLength(tx: Transaction, id: string, length: number): Promise<void> {
  await tx.query('update uploads set length = $2, touched_at = now() where id = $1', [id, length])
}

/** Says what it becomes, once; false when the holder has lost it or it has become something already. */
export async function setImage(
  tx: Transaction,
  id: string,
  holder: string,
  imageId: string,
): Promise<boolean> {
  const rows = await tx.query(
    `update uploads set image_id = $3, touched_at = now()
     where id = $1 and lease_holder = $2 and image_id is null returning 1 as saved`,
    [id, holder, imageId],
    'uploads.become',
  )
  return rows.length > 0
}

/** What it became in the end. Nobody holds it any more. */
export async function setOutcome(
  tx: Transaction,
  id: string,
  { imageId, jobId }: { imageId: string; jobId: string | null },
): Promise<void> {
  await tx.query(
    'update uploads set image_id = $2, job_id = $3, lease_holder = null, leased_until = null where id = $1',
    [id, imageId, jobId],
    'uploads.outcome',
  )
}

/** What is said of it when it is there whole; false when the holder has lost it. */
export async function describeUpload(
  db: Queryable,
  id: string,
  holder: string,
  { length, metadata }: Pick<UploadRecord, 'length' | 'metadata'>,
): Promise<boolean> {
  const rows = await db.query(
    'update uploads set length = $3, metadata = $4 where id = $1 and lease_holder = $2 returning 1 as saved',
    [id, holder, length, metadata],
  )
  return rows.length > 0
}

/** Says which job unpacks it, once; false when the holder has lost it or there is one already. */
export async function setJob(tx: Transaction, id: string, holder: string, jobId: string): Promise<boolean> {
  const rows = await tx.query(
    `update uploads set job_id = $3, kind = 'archive', touched_at = now()
     where id = $1 and lease_holder = $2 and job_id is null returning 1 as saved`,
    [id, holder, jobId],
  )
  return rows.length > 0
}

/** Their bytes are gone. */
export async function forgetGrowth(db: Queryable, ids: readonly string[]): Promise<void> {
  await db.query('update uploads set growth = null where id = any($1::uuid[])', [ids], 'uploads.forget')
}

/** Gives how many were there. */
export async function deleteUploads(db: Queryable, ids: readonly string[]): Promise<number> {
  if (ids.length === 0) return 0
  const rows = await db.query('delete from uploads where id = any($1::uuid[]) returning 1 as deleted', [ids])
  return rows.length
}

/** Lets them expire anew from now on; gives how many were there and not expired. */
export async function touchUploads(
  tx: Transaction,
  ids: readonly string[],
  expiryMs: number,
): Promise<number> {
  const rows = await tx.query(
    `update uploads set touched_at = now()
     where id = any($1::uuid[]) and touched_at >= now() - $2 * interval '1 ms' returning 1 as touched`,
    [ids, expiryMs],
  )
  return rows.length
}

/** Of an owner, whatever became of them. */
export async function listUploadIds(db: Queryable, ownerId: string, limit: number): Promise<string[]> {
  const rows = await db.query<{ id: string }>('select id from uploads where owner_id = $1 limit $2', [
    ownerId,
    limit,
  ])
  return rows.map(({ id }) => id)
}

/** Of an owner, or of the guests of one of their shares; without final ones, which last as long as their request. */
export async function countUnfinished(
  db: Queryable,
  ownerId: string,
  shareId: string | null,
): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `select count(*)::int as count from uploads where owner_id = $1 and ${unfinished} and kind <> 'final'
       and share_id is not distinct from $2::uuid`,
    [ownerId, shareId],
    'uploads.count',
  )
  return row?.count ?? 0
}
