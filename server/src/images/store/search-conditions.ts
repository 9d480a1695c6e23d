import { parseSearch, type SearchTerm } from '@rendition/contract'
import type { Value } from '../../platform/database/port.ts'
import { tsqueryTerms, type WordMatch } from './search-terms.ts'

type Bind = (value: Value) => string

/** How words are taken, and what is left out since a stricter way of taking them finds it. */
export interface WordTaking {
  match: WordMatch
  beyond: WordMatch | null
}
export const byBeginning: WordTaking = { match: 'begins', beyond: null }

/** How a list is gone through: image by image, or from what an index finds. */
export type Going = 'walk' | 'find'

/** A search as conditions in SQL over `images i`. */
export interface SearchConditions {
  where: string[]
  /** Archived images are spoken of, by their mark or as what an album holds. */
  archived: boolean
}

const sides: Readonly<Record<string, string>> = {
  width: 'i.width',
  height: 'i.height',
  size: 'i.size',
  rating: 'i.rating',
}

/**
 * What `q` asks for of the images of an owner. A search of nothing but signs finds nothing.
 */
export function searchConditions(
  q: string,
  ownerId: string,
  bind: Bind,
  { match, beyond }: WordTaking,
  going: Going = 'walk',
): SearchConditions {
  const terms = parseSearch(q)
  const tsqueryOf = tsqueryTerms(ownerId)
  const wanted: string[] = []
  const where: string[] = []
  for (const term of terms) {
    const tsquery = tsqueryOf(term, match)
    if (tsquery !== null) {
      wanted.push(term.negated ? `!${tsquery}` : tsquery)
    }
    const condition = columnCondition(term, ownerId, bind, term.negated ? 'walk' : going)
    if (condition === null) continue
    where.push(term.negated ? `not (${condition})` : condition)
  }
  if (wanted.length > 0) where.unshift(`i.search @@ ${folded(bind(wanted.join(' & ')))}`)
  if (beyond !== null) {
    const stricter = terms.flatMap((term) => (term.negated ? [] : (tsqueryOf(term, beyond) ?? [])))
    if (stricter.length > 0) where.push(`not i.search @@ ${folded(bind(stricter.join(' & ')))}`)
  }
  if (where.length === 0) where.push('false')
  const archived = terms.some(
    (term) => (term.kind === 'is' && term.state === 'archived') || (term.kind === 'album' && !term.negated),
  )
  return { where, archived }
}

/** Words were folded here already; of those that another Unicode knows better, the database has the last word. */
const folded = (tsquery: string): string => `search_fold(${tsquery})::tsquery`

/** Whether an index finds what is meant, so that not everything has to be looked at. */
export const isFindable = (q: string): boolean =>
  parseSearch(q).some(
    (term) =>
      !term.negated &&
      (term.kind !== 'is' || term.state === 'animated') &&
      (term.kind !== 'measure' || term.of !== 'rating'),
  )

/** Whether words are asked for, which some pictures fit better than others. */
export const hasWords = (q: string): boolean =>
  parseSearch(q).some(({ kind, negated }) => !negated && (kind === 'word' || kind === 'phrase'))

/** What a term asks of columns; null where the index says it all. */
function columnCondition(term: SearchTerm, ownerId: string, bind: Bind, going: Going): string | null {
  switch (term.kind) {
    case 'word':
    case 'phrase':
      // No letter or digit in it
      return null
    case 'date': {
      const ends = [
        ...(term.from === null ? [] : [`i.dated_at >= ${bind(term.from)}::timestamp`]),
        ...(term.until === null ? [] : [`i.dated_at < ${bind(term.until)}::timestamp`]),
      ]
      return ends.join(' and ')
    }
    case 'measure':
      return `${sides[term.of]} ${term.is} ${bind(term.value)}::bigint`
    case 'album': {
      // Nothing in it is of the image: else all albums would be looked through again for each. And the albums first, as an
      // array: else what all albums hold is read to find what these do.
      const items = `select item.image_id from album_items item where item.album_id = any(array(
        select album.id from albums album where album.owner_id = ${bind(ownerId)} and (album.id::text = lower(${bind(term.text)})
          or search_fold(album.name) = search_fold(${bind(term.text)}))))`
      return going === 'find' ? `i.id = any(array(${items}))` : `i.id in (${items})`
    }
    case 'is':
      switch (term.state) {
        case 'favourite':
          return 'i.favourite'
        case 'archived':
          return 'i.archived'
        case 'public':
        case 'private':
          return `i.visibility = '${term.state}'`
        case 'animated':
          return null
      }
      return null
    default:
      return null
  }
}
