import type { Database } from '../../src/platform/database/index.ts'

/** The one account that searches are asked of. */
export const searchOwner = '00000000-0000-7000-9000-00000000abcd'
/** Of 10,000 images of every part of the account, and of twenty old ones. */
export const [largeAlbum, smallAlbum] = [
  '00000000-0000-7000-a000-000000000001',
  '00000000-0000-7000-a000-000000000002',
]

const own = searchOwner.slice(-4).toUpperCase()
const idOf = (n: string): string => `('00000000-0000-7000-8000-' || lpad(to_hex(${n}), 12, '0'))::uuid`
/** Words as random as those of texts are not: of 4,000, the first ones often. */
const wordOf = (salt: number): string =>
  `'W' || floor(4000 * power(('x' || substr(md5(n || '${salt}'), 1, 8))::bit(32)::bigint / 4294967296.0 + 0.5, 3))::int`
const batch = 10_000

/** A number of an image that is the same each time, below `most`. */
const some = (most: number, salt: number): string =>
  `(abs(('x' || substr(md5(n || ':${salt}'), 1, 8))::bit(32)::int::bigint) % ${most})`

/**
 * Images of one account, with everything that is searched for: frequent, rare, and rare but for the oldest, where a walk from the newest
 * never comes to an end. What `index_image` makes of each by a millisecond's work is written down as it would be.
 */
export async function fillSearches(db: Database, images: number): Promise<void> {
  for (const table of ['images', 'versions']) await db.query(`alter table ${table} disable trigger user`)
  // Sorted in at once, behind the rows.
  const indexes = await db.query<{ definition: string }>(
    `select indexdef as definition from pg_indexes where indexname in ('images_search', 'images_lacks')`,
  )
  await db.query('drop index images_search, images_lacks')
  const old = Math.floor(images / 20)
  for (let from = 1; from <= images; from += batch) {
    await db.query(
      `insert into images (id, owner_id, original_name, visibility, tags, version, last_version, size, indexed, format,
         width, height, camera, dated_at, favourite, rating, archived, search)
       select ${idOf('n')}, '${searchOwner}', 'IMG_' || n || '.jpg', case when n % 5 = 0 and n > ${old} or n <= 60 then 'public' else 'private' end,
         tags, 1, 1, case when n <= 40 then 100 + n else 1000000 + ${some(20_000_000, 1)} end, 1, format, width, height, camera,
         timestamp '2004-01-01' + interval '1 day' * (n * 7300.0 / ${images}),
         n % 300 = 0 and n <= ${old}, case when n <= 60 then 5 when n % 200 = 0 then 1 + n % 4 else 0 end, n % 1000 = 7,
         (select string_agg('''${own}' || replace(term, ':', ''':'), ' ')::tsvector from unnest(
           array['IMG:1A', n || ':2A', ${wordOf(1)} || ':101A', ${wordOf(2)} || ':102A', ${wordOf(3)} || ':501B', ${wordOf(4)} || ':502B',
             ${wordOf(5)} || ':503B', ${wordOf(6)} || ':504B', 'TOWN' || ${some(300, 2)} || ':861B', '.' || upper(format) || ':1C',
             '%' || (array['BLUE', 'GREEN', 'GREY', 'RED', 'BROWN', 'WHITE', 'BLACK'])[1 + n % 7] || ':1C',
             '%' || (array['ORANGE', 'TEAL', 'PINK', 'GREY'])[1 + ${some(4, 3)}] || ':1C',
             '/' || case when width > height then 'LANDSCAPE' else 'PORTRAIT' end || ':1C',
             '<W' || floor(2 * ln(width) / ln(2)) || ':1C', '<H' || floor(2 * ln(height) / ln(2)) || ':1C', '+CAMERA:1C',
             case when n % 3 = 0 then '+LOCATION:1C' end, case when n % 10 = 0 then '+ALT:1C' end, case when n % 97 = 0 then 'LONG:601B' end, case when n % 97 = 0 then 'WALK:602B' end,
             case when n <= 40 then '+CREDENTIALS:1C' end, case when format = 'gif' then '+FRAMES:1C' end, '+TITLE:1C', '+TAGS:1C']
           || array(select '#' || upper(tag) || ':1C' from unnest(tags) tag)
           || array(select upper(tag) || ':' || 1001 + 20 * nth || 'A' from unnest(tags) with ordinality t (tag, nth))
           || array(select '@' || upper(part) || ':' || nth || 'C' from unnest(string_to_array(camera, ' ')) with ordinality p (part, nth))
           || array(select '~' || part || ':1C' from unnest(array['RF24', '105MM']) part)
           || array(select substr(n::text, k) || ':2D' from generate_series(2, length(n::text) - 1) k)) term where term is not null)
       from generate_series(${from}::bigint, ${Math.min(images, from + batch - 1)}) n
       cross join lateral (select
         array['year' || 2004 + n * 20 / ${images}, 'person' || ${some(400, 4)}]
           || case when n % 50 = 0 then array['holiday'] else '{}' end || case when n <= 25 then array['ancient'] else '{}' end as tags,
         case when n % 2000 = 3 then 'gif' when n % 20 = 1 then 'png' else 'jpeg' end as format,
         case when n % 4 = 0 then 4000 else 6000 end as width, case when n % 4 = 0 then 6000 else 4000 end as height,
         case when n <= 30 then 'Kodak DC40' else (array['Canon EOS R5', 'NIKON Z 6', 'Apple iPhone', 'SONY A7'])[1 + ${some(4, 5)}] end as camera) said`,
    )
    await db.query(
      `insert into versions (image_id, version, cause, original_key, format, content_type, original_width,
         original_height, size, sha256, orientation, frames, has_alpha, width, height, status)
       select i.id, 1, 'upload', 'images/' || i.id || '/original', i.format, 'image/jpeg', i.width, i.height,
         i.size, lpad(to_hex(n), 64, '0'), 1, 1, false, i.width, i.height, 'complete'
       from generate_series(${from}::bigint, ${Math.min(images, from + batch - 1)}) n join images i on i.id = ${idOf('n')}`,
    )
  }
  for (const { definition } of indexes) await db.query(definition)
  await db.query(
    `insert into image_facets (owner_id, kind, value, folded, count)
     select i.owner_id, f.kind, f.value, search_fold(f.value), count(*)
     from images i cross join lateral facets_of(i.dated_at, i.camera, i.format, i.tags) f
     where i.owner_id = '${searchOwner}' and not i.archived group by 1, 2, 3`,
  )
  for (const [album, name, every, most] of [
    [largeAlbum, 'All sorts', Math.max(1, Math.floor(images / 10_000)), images],
    [smallAlbum, 'Summer 2004', 1, 20],
  ] as const) {
    await db.query(`insert into albums (id, owner_id, name) values ('${album}', '${searchOwner}', '${name}')`)
    await db.query(
      `insert into album_items (album_id, image_id, position)
       select '${album}', ${idOf('n')}, n from generate_series(1, ${most}::bigint) n where n % ${every} = 0 limit 10000`,
    )
  }
  for (const table of ['images', 'versions']) await db.query(`alter table ${table} enable trigger user`)
  await db.query('vacuum analyze')
}
