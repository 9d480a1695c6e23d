import type { BulkQuery } from '@rendition/contract'
import type { Queryable, Transaction } from '../../platform/database/port.ts'

/** What an export is of: ids, what a query finds, or everything. */
export interface ExportSelection {
  imageIds?: readonly string[] | undefined
  query?: BulkQuery | undefined
}

export interface ExportRecord {
  id: string
  ownerId: string
  jobId: string
  status: 'preparing' | 'ready' | 'failed'
  /** `original`, or a preset. */
  pictures: string
  selection: ExportSelection
  /** The last image that is in it. */
  afterId: string | null
  entries: number
  /** Of the files with their headers. */
  filesBytes: number
  directoryBytes: number
  /** Files of lines that tell of images. */
  parts: number
  images: number
  leftOut: number
  errorMessage: string | null
  createdAt: Date
  expiresAt: Date | null
}

interface ExportRow {
  [column: string]: unknown
  id: string
  owner_id: string
  job_id: string
  status: ExportRecord['status']
  pictures: string
  selection: ExportSelection
  after_id: string | null
  entries: number
  files_bytes: number
  directory_bytes: number
  parts: number
  images: number
  left_out: number
  error_message: string | null
  created_at: Date
  expires_at: Date | null
}

const columns = `id, owner_id, job_id, status, pictures, selection, after_id, entries, files_bytes, directory_bytes, parts,
  images, left_out, error_message, created_at, expires_at`
const exportOf = (row: ExportRow): ExportRecord => ({
  id: row.id,
  ownerId: row.owner_id,
  jobId: row.job_id,
  status: row.status,
  pictures: row.pictures,
  selection: row.selection,
  afterId: row.after_id,
  entries: row.entries,
  filesBytes: row.files_bytes,
  directoryBytes: row.directory_bytes,
  parts: row.parts,
  images: row.images,
  leftOut: row.left_out,
  errorMessage: row.error_message,
  createdAt: row.created_at,
  expiresAt: row.expires_at,
})

export async function insertExport(
  tx: Transaction,
  made: Pick<ExportRecord, 'id' | 'ownerId' | 'jobId' | 'pictures' | 'selection'>,
): Promise<void> {
  await tx.query(
    `insert into exports (id, owner_id, job_id, status, pictures, selection) values ($1, $2, $3, 'preparing', $4, $5)`,
    [made.id, made.ownerId, made.jobId, made.pictures, JSON.stringify(made.selection)],
  )
}

export async function readExport(db: Queryable, id: string): Promise<ExportRecord | null> {
  const [row] = await db.query<ExportRow>(`select ${columns} from exports where id = $1`, [id])
  return row === undefined ? null : exportOf(row)
}

/** Newest first. */
export async function listExportsOf(
  db: Queryable,
  ownerId: string,
  page: { before: string | null; limit: number },
): Promise<ExportRecord[]> {
  const rows = await db.query<ExportRow>(
    `select ${columns} from exports where owner_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
    [ownerId, page.before, page.limit],
  )
  return rows.map(exportOf)
}

export async function countExports(db: Queryable, ownerId: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    'select count(*)::int as count from exports where owner_id = $1',
    [ownerId],
  )
  return row?.count ?? 0
}

/** How far it is now; false where another attempt was faster, or it is gone. */
export async function advanceExport(
  tx: Transaction,
  before: Pick<ExportRecord, 'id' | 'entries'>,
  now: Pick<
    ExportRecord,
    'afterId' | 'entries' | 'filesBytes' | 'directoryBytes' | 'parts' | 'images' | 'leftOut'
  >,
): Promise<boolean> {
  const rows = await tx.query(
    `update exports set after_id = $3, entries = $4, files_bytes = $5, directory_bytes = $6, parts = $7, images = $8, left_out = $9
     where id = $1 and entries = $2 and status = 'preparing' returning 1 as moved`,
    [
      before.id,
      before.entries,
      now.afterId,
      now.entries,
      now.filesBytes,
      now.directoryBytes,
      now.parts,
      now.images,
      now.leftOut,
    ],
  )
  return rows.length > 0
}

/** How it stands from now on, and for how long; null where it is gone. */
export async function settleExport(
  tx: Transaction,
  id: string,
  end: { status: ExportRecord['status']; code?: string; message?: string; hours: number | null },
): Promise<ExportRecord | null> {
  const [row] = await tx.query<ExportRow>(
    `update exports set status = $2, error_code = $3, error_message = $4,
       expires_at = now() + $5::double precision * interval '1 hour' where id = $1 returning ${columns}`,
    [id, end.status, end.code ?? null, end.message ?? null, end.hours],
  )
  return row === undefined ? null : exportOf(row)
}

/** Removes it with its rows; the caller notes the removal of its bytes. */
export async function deleteExport(tx: Transaction, id: string): Promise<boolean> {
  return (await tx.query('delete from exports where id = $1 returning 1 as gone', [id])).length > 0
}

/** Whose time is over, or whose account ends. */
export async function findExports(
  db: Queryable,
  which: { ownerId: string } | 'expired',
  limit: number,
): Promise<ExportRecord[]> {
  const rows =
    which === 'expired'
      ? await db.query<ExportRow>(
          `select ${columns} from exports where expires_at < now() order by expires_at limit $1`,
          [limit],
        )
      : await db.query<ExportRow>(`select ${columns} from exports where owner_id = $1 order by id limit $2`, [
          which.ownerId,
          limit,
        ])
  return rows.map(exportOf)
}

/** Those of the ids that there are exports of. */
export async function exportsAmong(db: Queryable, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ id: string }>('select id from exports where id = any($1::uuid[])', [ids])
  return new Set(rows.map(({ id }) => id))
}
