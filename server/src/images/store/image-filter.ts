import type { ImageStatus, Visibility } from '@rendition/contract'
import type { Value } from '../../platform/database/port.ts'
import { byBeginning, type Going, searchConditions, type WordTaking } from './search-conditions.ts'

/** Which of an owner's images are meant: by lists, and by changes of many at once. */
export interface ImageConditions {
  status?: ImageStatus | undefined
  tag?: string | undefined
  visibility?: Visibility | undefined
  /** In the grammar of searches. */
  q?: string | undefined
  favourite?: boolean | undefined
  /** Stars. */
  minRating?: number | undefined
  archived?: 'false' | 'true' | 'any' | undefined
  /** true: only what is in the trash; else only what is not. */
  trashed?: boolean | undefined
  /** Of the original of the current version, in hex. */
  sha256?: string | undefined
  /** In this album. */
  album?: string | undefined
}

/** The conditions in SQL over `images i` and `versions v`; `bind` takes a value and gives what stands for it. */
export function conditionsOf(
  ownerId: string,
  query: ImageConditions,
  bind: (value: Value) => string,
  taking: WordTaking = byBeginning,
  going: Going = 'walk',
): string[] {
  const where = [query.trashed ? 'i.trashed_at is not null' : 'i.trashed_at is null']
  const search = query.q ? searchConditions(query.q, ownerId, bind, taking, going) : null
  const spoken =
    query.trashed || query.album !== undefined || query.sha256 !== undefined || search?.archived === true
  const archived = query.archived ?? (spoken ? 'any' : 'false')
  if (archived !== 'any') where.push(archived === 'true' ? 'i.archived' : 'not i.archived')
  if (query.favourite !== undefined) where.push(query.favourite ? 'i.favourite' : 'not i.favourite')
  if (query.minRating !== undefined && query.minRating > 0) {
    // The constant lets the index of the rated be used.
    where.push('i.rating > 0', `i.rating >= ${bind(query.minRating)}`)
  }
  if (query.album !== undefined) {
    where.push(`i.id in (select image_id from album_items where album_id = ${bind(query.album)})`)
  }
  if (query.sha256 !== undefined) where.push(`v.sha256 = ${bind(query.sha256)}`)
  if (query.status !== undefined) where.push(`v.status = ${bind(query.status)}`)
  if (query.visibility !== undefined) where.push(`i.visibility = ${bind(query.visibility)}`)
  if (query.tag !== undefined) where.push(`i.tags @> array[${bind(query.tag)}]::text[]`)
  if (search !== null) where.push(...search.where)
  return where
}
