import type { StoredKind } from '@rendition/contract'
import type { Queryable } from '../../platform/database/port.ts'

export interface StoredBytes {
  kind: StoredKind
  files: number
  bytes: number
}

/**
 * How many files of each kind there are and how large they are together, as the tables have it. Reads whole tables: a
 * second for a million images.
 */
export async function countStored(db: Queryable): Promise<StoredBytes[]> {
  return db.query<StoredBytes & Record<string, unknown>>(
    `select 'originals' as kind, count(*)::int as files, coalesce(sum(size), 0)::bigint as bytes
       from (select original_key, max(size) as size from versions group by original_key) o
     union all
     select case when kind = 'preset' then 'presets' when kind = 'job' then 'results'
         when name = 'level' then 'levels' else 'urls' end, count(*)::int, coalesce(sum(size), 0)::bigint
       from renditions group by 1
     union all
     select 'passing', count(*)::int, coalesce(sum(size), 0)::bigint from results where expires_at > now()
     union all
     select 'drafts', count(*)::int, coalesce(sum(size), 0)::bigint from uploads where image_id is null`,
  )
}

export async function countImagesOfAll(db: Queryable): Promise<number> {
  const [row] = await db.query<{ images: number }>('select count(*)::int as images from images')
  return row?.images ?? 0
}
