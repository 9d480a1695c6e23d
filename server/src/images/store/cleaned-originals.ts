import type { Queryable } from '../../platform/database/port.ts'
import type { StorageKey } from '../../platform/storage/key.ts'
import type { Patch } from '../../rendering/port.ts'

/** A patch as the database keeps it: bytes in base64. */
type StoredPatch = { at: number; data: string } | { at: number; length: number; fill: number }

/** Which original, and by which rules it was looked through. */
export interface CleanedName {
  imageId: string
  key: StorageKey
  rules: number
}

/** What was found before; undefined when nobody looked yet, `patches` null when the file was not understood. */
export async function findCleaned(
  db: Queryable,
  { imageId, key, rules }: CleanedName,
): Promise<{ patches: Patch[] | null } | undefined> {
  const [row] = await db.query<{ patches: StoredPatch[] | null }>(
    'select patches from cleaned_originals where image_id = $1 and original_key = $2 and rules = $3',
    [imageId, key, rules],
    'images.cleaned',
  )
  return row && { patches: row.patches?.map(readPatch) ?? null }
}

/** Keeps what was found, unless the image is gone. */
export async function keepCleaned(
  db: Queryable,
  { imageId, key, rules }: CleanedName,
  patches: readonly Patch[] | null,
): Promise<void> {
  await db.query(
    `insert into cleaned_originals (image_id, original_key, rules, patches)
     select id, $2, $3, $4::jsonb from images where id = $1 for key share
     on conflict (image_id, original_key) do update set rules = excluded.rules, patches = excluded.patches`,
    [imageId, key, rules, patches === null ? null : JSON.stringify(patches.map(storedPatch))],
  )
}

const storedPatch = (patch: Patch): StoredPatch =>
  'data' in patch ? { at: patch.at, data: Buffer.from(patch.data).toString('base64') } : patch

const readPatch = (patch: StoredPatch): Patch =>
  'data' in patch ? { at: patch.at, data: Buffer.from(patch.data, 'base64') } : patch
