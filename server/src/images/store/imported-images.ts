import { Failure } from '@rendition/contract'
import type { Queryable, Transaction } from '../../platform/database/port.ts'

/** What was made of something that was elsewhere before; the image may be deleted since. */
export interface ImportedImage {
  imageId: string
  ownerId: string
}

/** By their sources, those of which something was made. */
export async function findImportedImages(
  db: Queryable,
  sources: readonly string[],
): Promise<ReadonlyMap<string, ImportedImage>> {
  const rows = await db.query<{ source: string; image_id: string; owner_id: string }>(
    'select source, image_id, owner_id from imported_images where source = any($1::text[])',
    [sources],
    'imports.known',
  )
  return new Map(
    rows.map(({ source, image_id, owner_id }) => [source, { imageId: image_id, ownerId: owner_id }]),
  )
}

/** Throws `conflict` when another import took it over meanwhile. */
export async function insertImportedImage(
  tx: Transaction,
  source: string,
  imageId: string,
  ownerId: string,
): Promise<void> {
  const rows = await tx.query(
    `insert into imported_images (source, image_id, owner_id) values ($1, $2, $3)
     on conflict do nothing returning 1 as written`,
    [source, imageId, ownerId],
  )
  if (rows.length === 0) throw new Failure('conflict', 'It was taken over already.')
}

/** For the end of an account. */
export async function forgetImportsOf(db: Queryable, ownerId: string): Promise<void> {
  await db.query('delete from imported_images where owner_id = $1', [ownerId])
}
