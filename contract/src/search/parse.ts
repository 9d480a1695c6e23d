import { type ColourName, colourNames, hexPattern } from './colours.ts'
import { periodOf } from './days.ts'
import {
  comparisons,
  kindsOfFile,
  measures,
  orientations,
  possessions,
  SearchFault,
  type SearchTerm,
  states,
} from './terms.ts'

/** Characters of a search, and things it may ask for. */
export const longestSearch = 500
export const mostTerms = 24

/** A part of a search: `-`, the name before `:` or a comparison, and what is asked. */
interface Part {
  negated: boolean
  key: string | null
  sign: string
  value: string
  quoted: boolean
  /** Of the part, and of its value. */
  at: number
  valueAt: number
}

/** In quotes, `""` is one quotation mark. */
const partPattern = /(-?)(?:([a-z]+)(:|>=|<=|>|<|=))?(?:"((?:[^"]|"")*)("?)|([^\s"]*))/iy

/**
 * Reads what `q` asks for: words, `"phrases"`, `key:value`, `key>value`, and `-` before what must not be. Throws `SearchFault`
 * with the place of the fault.
 */
export function parseSearch(text: string): SearchTerm[] {
  if (text.length > longestSearch)
    throw new SearchFault(longestSearch, `must have at most ${longestSearch} characters`)
  const terms: SearchTerm[] = []
  for (let at = 0; at < text.length; ) {
    if (/\s/.test(text[at] ?? '')) {
      at++
      continue
    }
    const { part, end } = readPart(text, at)
    const term = termOf(part)
    if (term !== null) terms.push(term)
    if (terms.length > mostTerms)
      throw new SearchFault(at, `is the ${mostTerms + 1}th thing; ${mostTerms} may be asked for`)
    at = end
  }
  return terms
}

function readPart(text: string, at: number): { part: Part; end: number } {
  partPattern.lastIndex = at
  const match = partPattern.exec(text)
  // It takes a quotation mark wherever one may stand, and anything else as a word.
  if (match === null || match[0] === '') throw new SearchFault(at, 'a quotation mark stands inside a word')
  const [whole, minus, key, sign = '', inside, closing, bare] = match
  const end = at + whole.length
  const valueAt =
    end - (inside === undefined ? (bare?.length ?? 0) : inside.length + (closing?.length ?? 0) + 1)
  if (inside !== undefined && closing === '') throw new SearchFault(valueAt, 'the quotation is not closed')
  const next = text[end]
  if (next !== undefined && !/\s/.test(next))
    throw new SearchFault(end, 'a quotation mark stands inside a word')
  return {
    part: {
      negated: minus === '-',
      key: key?.toLowerCase() ?? null,
      sign,
      value: inside?.replaceAll('""', '"') ?? bare ?? '',
      quoted: inside !== undefined,
      at,
      valueAt,
    },
    end,
  }
}

const typeNames: Readonly<Record<string, string>> = { jpg: 'jpeg', tif: 'tiff', heif: 'heic' }
const colourSpellings: Readonly<Record<string, string>> = {
  gray: 'grey',
  cyan: 'teal',
  violet: 'purple',
  magenta: 'pink',
}
const stateSpellings: Readonly<Record<string, string>> = { favorite: 'favourite' }
const keySpellings: Readonly<Record<string, string>> = { colour: 'color', format: 'type' }

/** What is asked for; null for a part of nothing but signs. */
function termOf(part: Part): SearchTerm | null {
  const { negated, sign, value, quoted, at, valueAt } = part
  if (part.key === null) {
    if (value.trim() === '') return null
    return quoted ? { kind: 'phrase', text: value, negated } : { kind: 'word', text: value, negated }
  }
  const key = keySpellings[part.key] ?? part.key
  const measure = measures.find((name) => name === key)
  if (measure !== undefined) return measureTerm(measure, part)
  if (sign !== ':' && sign !== '=') {
    throw new SearchFault(at, `${key} cannot be compared; ${measures.join(', ')} can`)
  }
  if (value.trim() === '') throw new SearchFault(valueAt, `${key}: what is asked for is missing`)
  const oneOf = <T extends string>(
    names: readonly T[],
    spellings: Readonly<Record<string, string>> = {},
  ): T => {
    const asked = value.toLowerCase()
    const found = names.find((name) => name === (spellings[asked] ?? asked))
    if (found === undefined) throw new SearchFault(valueAt, `${key} is one of ${names.join(', ')}`)
    return found
  }
  switch (key) {
    case 'tag': {
      const begins = !quoted && value.length > 1 && value.endsWith('*')
      return { kind: 'tag', text: begins ? value.slice(0, -1) : value, begins, negated }
    }
    case 'camera':
    case 'lens':
    case 'album':
      return { kind: key, text: value, negated }
    case 'type':
      return { kind: 'type', type: oneOf(kindsOfFile, typeNames), negated }
    case 'before':
    case 'after':
    case 'date':
      return dateTerm(key, part)
    case 'color':
      if (hexPattern.test(value) && !colourNames.some((name) => name === value.toLowerCase())) {
        return { kind: 'colour', colour: `#${value.replace('#', '').toLowerCase()}`, negated }
      }
      return { kind: 'colour', colour: oneOf<ColourName>(colourNames, colourSpellings), negated }
    case 'orientation':
      return { kind: 'orientation', orientation: oneOf(orientations), negated }
    case 'has':
      return { kind: 'has', what: oneOf(possessions), negated }
    case 'is':
      return { kind: 'is', state: oneOf(states, stateSpellings), negated }
    default:
      throw new SearchFault(
        at,
        `there is no search by ${part.key}; put it into quotation marks to look for it as it is`,
      )
  }
}

function dateTerm(key: 'before' | 'after' | 'date', { value, valueAt, negated }: Part): SearchTerm {
  const period = periodOf(value)
  if (period === null) throw new SearchFault(valueAt, `${key} takes a day as 2024, 2024-05 or 2024-05-01`)
  const { from, until } = period
  if (key === 'before') return { kind: 'date', from: null, until: from, negated }
  return { kind: 'date', from, until: key === 'after' ? null : until, negated }
}

const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
}

/** As many digits as may be typed, and more bytes than any file has. */
const largestNumber = 10 ** 12 - 1

function measureTerm(
  of: (typeof measures)[number],
  { sign, value: typed, valueAt, negated }: Part,
): SearchTerm {
  const match = /^(\d{1,12}(?:\.\d{1,6})?)([a-z]*)$/i.exec(typed)
  const unit = units[match?.[2]?.toLowerCase() ?? '']
  const plain = of !== 'size' && match?.[2] !== ''
  if (match === null || unit === undefined || plain) {
    const example = of === 'size' ? `${of}>5MB` : of === 'rating' ? `${of}>=4` : `${of}>2000`
    throw new SearchFault(valueAt, `${of} takes a number, as in ${example}`)
  }
  const is = comparisons.find((one) => one === sign) ?? '='
  const value = Math.min(Math.round(Number(match[1]) * unit), largestNumber)
  return { kind: 'measure', of, is, value, negated }
}
