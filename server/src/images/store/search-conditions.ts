import { parseSearch, type SearchTerm } from '@rendition/contract'
import type { Value } from '../../platform/database/port.ts'
import { affirm, isShortWord, ownSign, tsqueryTerms, type WordMatch, wordsOf } from './search-terms.ts'

type Bind = (value: Value) => string

/** How words are taken, and what is left out since a stricter way of taking them finds it. */
export interface WordTaking {
  match: WordMatch
  beyond: WordMatch | null
}
export const byBeginning: WordTaking = { match: 'begins', beyond: null }

/** How a list is gone through: image by image, from what an index finds, or from what it finds by the longer words alone. */
export type Going = 'walk' | 'find' | 'find likely'

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
  const tsqueryOf = tsqueryTerms(ownerId, going === 'find likely' ? 'longer words' : 'all words')
  const wanted: string[] = []
  const where: string[] = []
  for (const term of terms) {
    const lacking = going === 'walk' ? null : lackOf(term)
    if (lacking !== null) {
      where.push(`search_lacks(i.owner_id, i.search) @> array[${bind(ownSign(ownerId) + lacking)}]::text[]`)
      continue
    }
    const tsquery = tsqueryOf(term, match)
    if (tsquery !== null) wanted.push(tsquery)
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
export const folded = (tsquery: string): string => `search_fold(${tsquery})::tsquery`

/** Whether an index finds what is meant, so that not everything has to be looked at. */
export const isFindable = (q: string): boolean => parseSearch(q).some(isFindableBy)

function isFindableBy(term: SearchTerm): boolean {
  if (term.negated) return lackOf(term) !== null || (affirm(term)?.some(isFindableBy) ?? false)
  return (
    (term.kind !== 'is' || term.state === 'animated') && (term.kind !== 'measure' || term.of !== 'rating')
  )
}

/** What an image must not have, as `search_lacks` of the database calls it; null of everything else. */
const lackOf = (term: SearchTerm): string | null =>
  term.negated && term.kind === 'has' && term.what !== 'credentials' ? term.what.toUpperCase() : null

/** What the words ask, where some are so short that an index is better asked for all else; null elsewhere. */
export function shortWords(q: string, ownerId: string, { match }: WordTaking): string | null {
  if (match !== 'begins') return null
  const terms = parseSearch(q)
  const tsqueryOf = tsqueryTerms(ownerId, 'longer words')
  const isElse = (term: SearchTerm): boolean =>
    term.kind === 'word' ? !term.negated && tsqueryOf(term, match) !== null : isFindableBy(term)
  const words = terms.filter(({ kind }) => kind === 'word')
  const isShort = words.some((term) => 'text' in term && wordsOf(term.text).some(isShortWord))
  if (!isShort || !terms.some(isElse)) return null
  return words.flatMap((term) => tsqueryTerms(ownerId)(term, match) ?? []).join(' & ')
}

/** Whether a search is about days, a year of them at most, and all else that it asks is so of very many pictures. */
export function isWithinDays(q: string): boolean {
  const terms = parseSearch(q)
  const [froms, untils]: [string[], string[]] = [[], []]
  const others = terms.filter((term) => {
    if (term.kind !== 'date' || term.negated) return true
    if (term.from !== null) froms.push(term.from)
    if (term.until !== null) untils.push(term.until)
    return false
  })
  const [from, until] = [froms.sort().at(-1), untils.sort().at(0)]
  if (from === undefined || until === undefined) return false
  const days = (Date.parse(until) - Date.parse(from)) / 86_400_000
  return days <= 366 && others.length > 0 && others.every(({ kind, negated }) => negated || broad.has(kind))
}
const broad: ReadonlySet<SearchTerm['kind']> = new Set([
  'has',
  'type',
  'orientation',
  'colour',
  'is',
  'measure',
])

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
      return going !== 'walk' ? `i.id = any(array(${items}))` : `i.id in (${items})`
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
