import type { Transaction } from '../../platform/database/port.ts'
import type { Amount, DestroyedImage } from '../../platform/erasure/port.ts'

/** Originals of one image that are named one by one. */
const mostOriginals = 1_000

/** What goes with an image, as it stands now. Hold the image, and ask before anything of it is deleted. */
export async function readDestroyed(
  tx: Transaction,
  imageId: string,
  ownerId: string,
): Promise<Omit<DestroyedImage, 'jobs'>> {
  const [row] = await tx.query<{
    originals: { sha256: string; bytes: number }[]
    versions: number
    kinds: { kind: 'preset' | 'delivery' | 'job'; count: number; bytes: number }[]
    results: number
    shares: number
    albums: number
    exports: number
  }>(
    `select
       (select coalesce(jsonb_agg(jsonb_build_object('sha256', sha256, 'bytes', size) order by sha256), '[]') from
         (select sha256, max(size) as size from versions where image_id = $1
          group by original_key, sha256 order by sha256 limit $3) o) as originals,
       (select count(*) from versions where image_id = $1) as versions,
       (select coalesce(jsonb_agg(jsonb_build_object('kind', kind, 'count', n, 'bytes', bytes)), '[]') from
         (select kind, count(*) as n, sum(size) as bytes from renditions where image_id = $1 group by kind) k) as kinds,
       (select count(*) from results where image_id = $1) as results,
       (select count(distinct share_id) from share_items where image_id = $1) as shares,
       (select count(*) from album_items where image_id = $1) as albums,
       (select count(*) from exports e where e.owner_id = $2 and exists (
         select 1 from export_entries t where t.export_id = e.id and t.image_id = $1)) as exports`,
    [imageId, ownerId, mostOriginals],
    'images.destroyed',
  )
  if (row === undefined) throw new Error('a query without a table gives a row')
  const { kinds, ...rest } = row
  const of = (kind: string): Amount => {
    const found = kinds.find((one) => one.kind === kind)
    return { count: found?.count ?? 0, bytes: found?.bytes ?? 0 }
  }
  return { ...rest, levels: of('preset'), cached: of('delivery'), madeByJobs: of('job') }
}

/** What an account has besides its images, by name. */
export async function countBesides(tx: Transaction, ownerId: string): Promise<Record<string, number>> {
  const [row] = await tx.query<Record<string, number>>(
    `select (select count(*) from albums where owner_id = $1) as albums,
       (select count(*) from saved_searches where owner_id = $1) as "savedSearches",
       (select count(*) from shares where owner_id = $1) as shares,
       (select count(*) from exports where owner_id = $1) as exports,
       (select count(*) from uploads where owner_id = $1) as uploads`,
    [ownerId],
  )
  return row ?? {}
}
