import { cellsAround, kindsOfFile, orientations, type SearchTerm } from '@rendition/contract'

/*
 * What a search asks of `images.search`, as a tsquery. The signs, the folding and where words end are those of
 * `index_image` in `migrations/0035_search.sql`.
 */

const accents =
  // biome-ignore lint/suspicious/noMisleadingCharacterClass: each of them is meant by itself.
  /[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]/g
const separators =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what stands between words.
  /[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u00d7\u00f7\u2000-\u206f\u2e00-\u2e7f\u3000-\u303f]+/
const longestWord = 64

const folded = (text: string): string => text.normalize('NFKD').replace(accents, '').toUpperCase()
const cut = (text: string): string => [...text].slice(0, longestWord).join('')

/** The words of a text, as the database finds them. */
export const wordsOf = (text: string): string[] =>
  folded(text)
    .split(separators)
    .filter((word) => word !== '')
    .map(cut)

/** How words are taken: by their beginning, whole, or whole in name, title or tags alone. */
export type WordMatch = 'begins' | 'whole' | 'heading'
const suffixes = { begins: ':*', whole: ':AB', heading: ':A' } as const

/** Four characters before each term, so that one account's search reads nothing of another's. */
export const ownSign = (ownerId: string): string => ownerId.slice(-4).toUpperCase()

/**
 * Of so few letters that thousands of words begin with them, and an index reads the images of each of those. Scripts without spaces
 * say much with two.
 */
export const isShortWord = (word: string): boolean => word.length < 3 && !/[\u2e80-\ud7ff]/.test(word)

/** Makes the tsquery of one owner's search, or of it without the short words that only have to begin so. */
export function tsqueryTerms(ownerId: string, of: 'all words' | 'longer words' = 'all words') {
  const own = ownSign(ownerId)
  const term = (sign: string, content: string, more = ''): string =>
    `'${own}${sign}${content.replaceAll('\\', '\\\\').replaceAll("'", "''")}'${more}`
  const all = (parts: readonly string[]): string | null =>
    parts.length === 0 ? null : `(${parts.join(' & ')})`
  const any = (parts: readonly string[]): string => `(${parts.join(' | ')})`

  /** What must be, as though nothing were negated. */
  function positive(asked: SearchTerm, match: WordMatch): string | null {
    switch (asked.kind) {
      case 'word':
        return all(
          wordsOf(asked.text)
            .filter((word) => of === 'all words' || match !== 'begins' || !isShortWord(word))
            .map((word) => term('', word, suffixes[match])),
        )
      case 'phrase': {
        const words = wordsOf(asked.text).map((word) => term('', word, match === 'heading' ? ':A' : ':AB'))
        return words.length === 0 ? null : `(${words.join(' <-> ')})`
      }
      case 'tag':
        return term('#', cut(folded(asked.text)), asked.begins ? ':*' : '')
      case 'camera':
        return all(wordsOf(asked.text).map((word) => term('@', word, ':*')))
      case 'lens':
        return all(wordsOf(asked.text).map((word) => term('~', word, ':*')))
      case 'type':
        return term('.', asked.type.toUpperCase())
      case 'colour':
        return asked.colour.startsWith('#')
          ? any(cellsAround(asked.colour).map((cell) => term('%', cell)))
          : term('%', asked.colour.toUpperCase())
      case 'orientation':
        return term('/', asked.orientation.toUpperCase())
      case 'has':
        return term('+', asked.what.toUpperCase())
      case 'is':
        return asked.state === 'animated' ? term('+', 'FRAMES') : null
      case 'measure':
        return asked.of === 'width' || asked.of === 'height'
          ? any(
              bucketsOf(asked.is, asked.value).map((bucket) =>
                term(asked.of === 'width' ? '<W' : '<H', `${bucket}`),
              ),
            )
          : null
      default:
        return null
    }
  }

  /** What the index knows of a term; null where it knows nothing, or a word has no letters. */
  return function tsqueryOf(asked: SearchTerm, match: WordMatch): string | null {
    if (!asked.negated) return positive(asked, match)
    const instead = affirm(asked)
    if (instead !== null) {
      const parts = instead.flatMap((each) => positive(each, match) ?? [])
      return parts.length === 0 ? null : any(parts)
    }
    // Of a size class some are as large and some are not.
    if (asked.kind === 'measure') return null
    const excluded = positive(asked, match)
    return excluded === null ? null : `!${excluded}`
  }
}

const opposite = { '>': '<=', '<': '>=', '>=': '<', '<=': '>' } as const

/**
 * What a picture is, one of them, that is not so: an index finds what is, and must look at everything for what is not. null where
 * that is no list.
 */
export function affirm(asked: SearchTerm): SearchTerm[] | null {
  switch (asked.kind) {
    case 'type':
      return kindsOfFile
        .filter((type) => type !== asked.type)
        .map((type) => ({ kind: 'type', type, negated: false }))
    case 'orientation':
      return orientations
        .filter((orientation) => orientation !== asked.orientation)
        .map((orientation) => ({ kind: 'orientation', orientation, negated: false }))
    case 'measure':
      return asked.is === '=' ? null : [{ ...asked, is: opposite[asked.is], negated: false }]
    default:
      return null
  }
}

/** Two to a doubling; a side has a million pixels at most. */
const mostBuckets = 40

/** The buckets in which a side may be: which of them it is in exactly, the column says. */
function bucketsOf(is: string, value: number): number[] {
  const at = 2 * Math.log2(Math.max(1, value))
  // On an edge, PostgreSQL may have rounded to the other side.
  const [below, above] = [Math.floor(at - 1e-6), Math.floor(at + 1e-6)]
  const [from, to] = is === '=' ? [below, above] : is.startsWith('>') ? [below, mostBuckets] : [0, above]
  const first = Math.min(Math.max(0, from), mostBuckets)
  const last = Math.min(Math.max(first, to), mostBuckets)
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}
