import type { Queryable, Transaction } from '../../platform/database/port.ts'
import type { OriginalFacts } from '../types.ts'

/** Two looks of 64 bits that differ in no more of them are of nearly the same picture. */
export const mostDifference = 7

/** The parts of a look that the database has indexes of, as it writes them. */
const parts = [0, 16, 32, 48].map((shift) => ({
  shift,
  column: `((l.look${shift === 0 ? '' : ` >> ${shift}`}) & 65535)::integer`,
}))

/**
 * What a part may be where two looks differ in seven bits at most: in one of the four parts they then differ in one bit at
 * most, so whatever is alike has one of 17 values in one of them.
 */
function probesOf(look: string): number[][] {
  const bits = BigInt(`0x${look}`)
  return parts.map(({ shift }) => {
    const part = Number((bits >> BigInt(shift)) & 0xffffn)
    return [part, ...Array.from({ length: 16 }, (_, bit) => part ^ (1 << bit))]
  })
}

/** A look in hex as the signed number that the database keeps. */
const numberOf = (look: string): string => BigInt.asIntN(64, BigInt(`0x${look}`)).toString()
const hexOf = (look: string): string => BigInt.asUintN(64, BigInt(look)).toString(16).padStart(16, '0')

/**
 * What of an owner's ($1) is like a look ($2), found by its parts ($3 to $6), each with `difference`. By each part for itself:
 * together they would be a bitmap, which is filled before anything is read and takes twice as long.
 */
const alike = parts
  .map(
    ({ column }, at) => `select l.image_id, bit_count((l.look # $2::bigint)::bit(64))::integer as difference
       from looks l where l.owner_id = $1 and ${column} = any($${at + 3}::integer[])
         and bit_count((l.look # $2::bigint)::bit(64)) <= ${mostDifference}`,
  )
  .join(' union ')

const valuesOf = (ownerId: string, look: string) => [ownerId, numberOf(look), ...probesOf(look)]

/** Keeps the look of an original with every version that starts from it; null for a plain picture. */
export async function recordLook(
  tx: Transaction,
  imageId: string,
  originalKey: OriginalFacts['key'],
  look: string | null,
  rules: number,
): Promise<void> {
  await tx.query(
    'update versions set look = $3::bigint, look_rules = $4 where image_id = $1 and original_key = $2',
    [imageId, originalKey, look === null ? null : numberOf(look), rules],
  )
}

/** How the current version of an image looks; null where that is not known, or it is plain. */
export async function readLook(db: Queryable, imageId: string): Promise<string | null> {
  const [row] = await db.query<{ look: string }>('select look::text from looks where image_id = $1', [
    imageId,
  ])
  return row === undefined ? null : hexOf(row.look)
}

export interface AlikeImage {
  imageId: string
  /** Bits, of 64. */
  difference: number
}

/** Images of an owner that look nearly so, the most alike first, without one of them and without the trash. */
export async function findAlike(
  db: Queryable,
  ownerId: string,
  look: string,
  {
    without,
    after,
    limit,
  }: { without: string; after: { difference: number; imageId: string } | null; limit: number },
): Promise<AlikeImage[]> {
  const rows = await db.query<{ image_id: string; difference: number }>(
    `with found as materialized (${alike})
     select a.image_id, a.difference from found a join images i on i.id = a.image_id
     where i.trashed_at is null and a.image_id <> $7
       and ($8::integer is null or (a.difference, a.image_id) > ($8::integer, $9::uuid))
     order by a.difference, a.image_id limit $10`,
    [
      ...valuesOf(ownerId, look),
      without,
      after?.difference ?? null,
      after?.imageId ?? '00000000-0000-0000-0000-000000000000',
      limit,
    ],
  )
  return rows.map((row) => ({ imageId: row.image_id, difference: row.difference }))
}

/** Takes looks of an owner that are in no group yet, the oldest first; what others hold is left to them. */
export async function takeUnsorted(
  tx: Transaction,
  ownerId: string,
  limit: number,
): Promise<{ imageId: string; look: string }[]> {
  const rows = await tx.query<{ image_id: string; look: string }>(
    `select image_id, look::text from looks where owner_id = $1 and group_id is null
     order by image_id limit $2 for update skip locked`,
    [ownerId, limit],
  )
  return rows.map((row) => ({ imageId: row.image_id, look: hexOf(row.look) }))
}

/**
 * Puts a look into the group of what it is most like, or begins one. An equal look is asked for first: of thousands of equal
 * pictures each would read all the others. The order of `group_id` is that of the index, so that nothing else can be read.
 */
export async function sortIn(
  tx: Transaction,
  ownerId: string,
  { imageId, look }: { imageId: string; look: string },
): Promise<void> {
  await tx.query(
    `with found as materialized (${alike})
     update looks set group_id = coalesce(
       (select l.group_id from looks l where l.owner_id = $1 and l.look = $2::bigint and l.group_id is not null
        order by l.group_id limit 1),
       (select o.group_id from found a join looks o on o.image_id = a.image_id
        where o.group_id is not null order by a.difference, a.image_id limit 1),
       image_id)
     where image_id = $7`,
    [...valuesOf(ownerId, look), imageId],
    'images.sortLook',
  )
}

/** Accounts that have looks in no group. */
export async function ownersOfUnsorted(db: Queryable, limit: number): Promise<string[]> {
  const rows = await db.query<{ owner_id: string }>(
    'select distinct owner_id from looks where group_id is null limit $1',
    [limit],
  )
  return rows.map((row) => row.owner_id)
}

export interface LookGroup {
  groupId: string
  count: number
  /** The oldest first, and not all of many. */
  imageIds: string[]
}

/** Where the first ones were not enough, many have lost their images: no statement for each few of them. */
const groupsAtOnce = 200

const shownOf = 'from looks l join images i on i.id = l.image_id where i.trashed_at is null and l.group_id'

/** Groups of at least two images of an owner outside the trash, the newest first, each with `most` of its images. */
export async function listGroups(
  db: Queryable,
  ownerId: string,
  { before, limit, most }: { before: string | null; limit: number; most: number },
): Promise<LookGroup[]> {
  const found: LookGroup[] = []
  let from = before
  for (let step = limit; ; step = Math.max(limit, groupsAtOnce)) {
    const walked = await walkGroups(db, ownerId, { before: from, limit: step, most })
    found.push(...walked.filter(({ count }) => count > 1))
    from = walked.at(-1)?.groupId ?? null
    if (found.length >= limit || walked.length < step) return found.slice(0, limit)
  }
}

/** Groups, those too that have lost all but one image to the trash: a step of the index each, however large they are. */
async function walkGroups(
  db: Queryable,
  ownerId: string,
  { before, limit, most }: { before: string | null; limit: number; most: number },
): Promise<LookGroup[]> {
  const rows = await db.query<{ group_id: string; count: number; image_ids: string[] }>(
    `with recursive groups (group_id, step) as (
       (select group_id, 1 from looks where owner_id = $1 and group_id <> image_id
          and ($2::uuid is null or group_id < $2) order by group_id desc limit 1)
       union all
       select next.group_id, g.step + 1 from groups g cross join lateral (
         select l.group_id from looks l where l.owner_id = $1 and l.group_id <> l.image_id and l.group_id < g.group_id
         order by l.group_id desc limit 1) next
       where g.step < $3
     )
     select g.group_id, (select count(*)::integer ${shownOf} = g.group_id) as count,
       array(select l.image_id ${shownOf} = g.group_id order by l.image_id limit $4) as image_ids
     from groups g order by g.group_id desc`,
    [ownerId, before, limit, most],
  )
  return rows.map((row) => ({ groupId: row.group_id, count: row.count, imageIds: row.image_ids }))
}

/** An original nobody has looked at. */
export interface Unlooked {
  imageId: string
  version: number
  key: string
  /** Whether its renditions show the original and not an edit of it. */
  plain: boolean
}

/** Takes some originals that were not looked at, the newest images first; what somebody took is left to them for ten minutes. */
export async function takeUnlooked(db: Queryable, limit: number): Promise<Unlooked[]> {
  const rows = await db.query<{ image_id: string; version: number; original_key: string; plain: boolean }>(
    `update versions set look_tried_at = now() where (image_id, version) in (
       select image_id, version from versions
       where look_rules < 1 and status = 'complete'
         and (look_tried_at is null or look_tried_at < now() - interval '10 minutes')
       order by image_id desc limit $1 for update skip locked)
     returning image_id, version, original_key, recipe is null as plain`,
    [limit],
  )
  return rows.map((row) => ({
    imageId: row.image_id,
    version: row.version,
    key: row.original_key,
    plain: row.plain,
  }))
}

/** Where a small rendition of the whole of a version's picture is kept; null where there is none. */
export async function findSmallWhole(
  db: Queryable,
  imageId: string,
  version: number,
  leastSide: number,
): Promise<string | null> {
  const [row] = await db.query<{ storage_key: string }>(
    `select r.storage_key from renditions r join versions v on v.image_id = r.image_id and v.version = r.version
     where r.image_id = $1 and r.version = $2 and r.kind = 'preset' and greatest(r.width, r.height) >= $3
       and (r.expires_at is null or r.expires_at > now())
       and abs(r.width::float8 * v.height / (r.height::float8 * v.width) - 1) < 0.02
     order by r.width limit 1`,
    [imageId, version, leastSide],
  )
  return row?.storage_key ?? null
}
