import type { Queryable, Transaction } from '../../platform/database/port.ts'

export interface ShareRecord {
  id: string
  ownerId: string
  type: 'image' | 'album' | 'selection'
  albumId: string | null
  title: string | null
  sizes: readonly string[]
  downloads: boolean
  uploads: boolean
  passwordHash: string | null
  /** One more with every change of what it gives. */
  generation: number
  expiresAt: Date | null
  createdAt: Date
  updatedAt: Date
}

interface ShareRow {
  [column: string]: unknown
  id: string
  owner_id: string
  type: ShareRecord['type']
  album_id: string | null
  title: string | null
  sizes: string[]
  downloads: boolean
  uploads: boolean
  password_hash: string | null
  generation: number
  expires_at: Date | null
  created_at: Date
  updated_at: Date
}

const columns = `s.id, s.owner_id, s.type, s.album_id, s.title, s.sizes, s.downloads, s.uploads, s.password_hash,
  s.generation, s.expires_at, s.created_at, s.updated_at`
const shareOf = (row: ShareRow): ShareRecord => ({
  id: row.id,
  ownerId: row.owner_id,
  type: row.type,
  albumId: row.album_id,
  title: row.title,
  sizes: row.sizes,
  downloads: row.downloads,
  uploads: row.uploads,
  passwordHash: row.password_hash,
  generation: row.generation,
  expiresAt: row.expires_at,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
})

/** As URLs and passes name a share: as it was when they were given. */
export const shareName = ({ id, generation }: Pick<ShareRecord, 'id' | 'generation'>): string =>
  `${id}.${generation}`

export async function insertShare(
  tx: Transaction,
  share: Omit<ShareRecord, 'generation' | 'createdAt' | 'updatedAt'>,
  tokenHash: Buffer,
): Promise<void> {
  await tx.query(
    `insert into shares (id, owner_id, token_hash, type, album_id, title, sizes, downloads, uploads, password_hash, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      share.id,
      share.ownerId,
      tokenHash,
      share.type,
      share.albumId,
      share.title,
      share.sizes,
      share.downloads,
      share.uploads,
      share.passwordHash,
      share.expiresAt,
    ],
  )
}

/** `allowsOther` where it allows something else from now on: whatever was given before ends then. */
export async function updateShare(
  tx: Transaction,
  share: Pick<ShareRecord, 'id' | 'title' | 'sizes' | 'downloads' | 'uploads' | 'passwordHash' | 'expiresAt'>,
  allowsOther: boolean,
): Promise<void> {
  await tx.query(
    `update shares set title = $2, sizes = $3, downloads = $4, uploads = $5, password_hash = $6, expires_at = $7,
       generation = generation + $8, updated_at = now()
     where id = $1`,
    [
      share.id,
      share.title,
      share.sizes,
      share.downloads,
      share.uploads,
      share.passwordHash,
      share.expiresAt,
      allowsOther ? 1 : 0,
    ],
  )
}

export async function readShare(db: Queryable, id: string): Promise<ShareRecord | null> {
  const [row] = await db.query<ShareRow>(`select ${columns} from shares s where s.id = $1`, [id])
  return row === undefined ? null : shareOf(row)
}

export async function readShareByToken(db: Queryable, tokenHash: Buffer): Promise<ShareRecord | null> {
  const [row] = await db.query<ShareRow>(`select ${columns} from shares s where s.token_hash = $1`, [
    tokenHash,
  ])
  return row === undefined ? null : shareOf(row)
}

/** Locks it for this transaction. Images and albums are locked before it. */
export async function lockShare(tx: Transaction, id: string): Promise<ShareRecord | null> {
  const [row] = await tx.query<ShareRow>(`select ${columns} from shares s where s.id = $1 for update`, [id])
  return row === undefined ? null : shareOf(row)
}

/** Newest first. */
export async function listSharesOf(
  db: Queryable,
  ownerId: string,
  page: { before: string | null; limit: number; albumId: string | null; imageId: string | null },
): Promise<ShareRecord[]> {
  const rows = await db.query<ShareRow>(
    `select ${columns} from shares s where s.owner_id = $1 and ($2::uuid is null or s.id < $2)
       and ($4::uuid is null or s.album_id = $4)
       and ($5::uuid is null or exists (select 1 from share_items where share_id = s.id and image_id = $5))
     order by s.id desc limit $3`,
    [ownerId, page.before, page.limit, page.albumId, page.imageId],
  )
  return rows.map(shareOf)
}

export async function countShares(db: Queryable, ownerId: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    'select count(*)::int as count from shares where owner_id = $1',
    [ownerId],
  )
  return row?.count ?? 0
}

export async function deleteShare(tx: Transaction, id: string): Promise<void> {
  await tx.query('delete from shares where id = $1', [id])
}

/** All of an album that is held and about to end. */
export async function deleteSharesOfAlbum(tx: Transaction, albumId: string): Promise<ShareRecord[]> {
  const rows = await tx.query<ShareRow>(`delete from shares s where s.album_id = $1 returning ${columns}`, [
    albumId,
  ])
  return rows.map(shareOf)
}

/** All of an account that ends. */
export async function deleteSharesOf(db: Queryable, ownerId: string): Promise<void> {
  await db.query('delete from shares where owner_id = $1', [ownerId])
}

/** Whether a share, as a URL names it, is open now and holds the image, which is not in the trash. */
export async function shareHolds(db: Queryable, share: string, imageId: string): Promise<boolean> {
  const [id = '', generation = ''] = share.split('.')
  const rows = await db.query(
    `select 1 as open from shares s join images i on i.id = $3 and i.owner_id = s.owner_id and i.trashed_at is null
     where s.id = $1 and s.generation = $2 and (s.expires_at is null or s.expires_at > now())
       and (exists (select 1 from share_items where share_id = s.id and image_id = i.id)
         or exists (select 1 from album_items where album_id = s.album_id and image_id = i.id))`,
    [id, Number(generation), imageId],
    'shares.hold',
  )
  return rows.length > 0
}
