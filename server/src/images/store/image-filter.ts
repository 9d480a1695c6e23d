import type { ImageStatus, Visibility } from '@rendition/contract'
import type { Value } from '../../platform/database/port.ts'

/** Which of an owner's images are meant: by lists, and by changes of many at once. */
export interface ImageConditions {
  status?: ImageStatus | undefined
  tag?: string | undefined
  visibility?: Visibility | undefined
  /** A part of the name, in any case. */
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

/** Accents and points of Latin, Greek, Cyrillic, Hebrew and Arabic letters. Not vowel signs, without which words are others. */
const accents =
  '[\\u0300-\\u036f\\u0483-\\u0487\\u0591-\\u05bd\\u05bf\\u05c1\\u05c2\\u05c4\\u05c5\\u05c7\\u0610-\\u061a\\u064b-\\u065f\\u0670\\u06d6-\\u06dc\\u1ab0-\\u1aff\\u1dc0-\\u1dff\\u20d0-\\u20ff\\ufe20-\\ufe2f]'

/** A text as it is searched: without accents, in one case of every script, by bytes. */
const folded = (text: string): string =>
  `upper(regexp_replace(normalize(${text}::text, nfkd), '${accents}', '', 'g') collate "und-x-icu") collate "C"`

/** The conditions in SQL over `images i` and `versions v`; `bind` takes a value and gives what stands for it. */
export function conditionsOf(query: ImageConditions, bind: (value: Value) => string): string[] {
  const where = [query.trashed ? 'i.trashed_at is not null' : 'i.trashed_at is null']
  const archived = query.archived ?? (query.trashed || query.album !== undefined ? 'any' : 'false')
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
  if (query.q !== undefined && query.q !== '') {
    where.push(`strpos(${folded('i.original_name')}, ${folded(bind(query.q))}) > 0`)
  }
  return where
}
