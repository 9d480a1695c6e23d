import type { Database } from '../platform/database/port.ts'

/** How much there is: images, bytes of originals, renditions and their bytes. For administrators; reads whole tables. */
export async function countImages(db: Database): Promise<Record<string, number>> {
  const [row] = await db.query<Record<string, number>>(
    `select
       (select count(*) from images) as images,
       (select coalesce(sum(size), 0)::bigint from images) as "originalBytes",
       (select count(*) from renditions) as renditions,
       (select coalesce(sum(size), 0)::bigint from renditions) as "renditionBytes"`,
  )
  return row ?? {}
}
