import { type GalleryFilter, queryOf } from '../state/filter.ts'

/** As many characters as the service reads. */
const longestSearch = 500

/** A search as its terms: words, and what stands in quotes as one with what is before it. */
export function termsOf(q: string): string[] {
  return q.match(/(?:[^\s"]|"[^"]*"?)+/g) ?? []
}

/** The search without one of its terms. */
export const withoutTerm = (q: string, at: number): string => termsOf(q).toSpliced(at, 1).join(' ')

/** What is being typed: the last term, where no space ends it. */
export const typedTerm = (text: string): string => (/\s$/.test(text) ? '' : (termsOf(text).at(-1) ?? ''))

/** Everything that a list is narrowed down by as one search; null where the grammar has no words for it, or not so many. */
export function searchOf(filter: GalleryFilter): string | null {
  const { q = '', tag, visibility, favourite, album, trashed } = queryOf(filter)
  const terms = [
    q,
    tag === undefined ? '' : termFor('tag', tag),
    visibility === undefined ? '' : `is:${visibility}`,
    favourite ? 'is:favourite' : '',
    album === undefined ? '' : `album:${album}`,
  ]
  const text = terms.filter(Boolean).join(' ')
  return trashed || text === '' || text.length > longestSearch ? null : text
}

/** The text with another last term, and a space for the next. */
export function withTerm(text: string, term: string): string {
  const before = termsOf(text).slice(0, typedTerm(text) === '' ? undefined : -1)
  return `${[...before, term].join(' ')} `
}

/** A term of the grammar of searches: `tag:holiday`, `album:"Summer 2024"`, `tag:"say ""hi"""`. */
export function termFor(name: SuggestedKind, value: string): string {
  return /^[\p{L}\p{N}_.-]+$/u.test(value) ? `${name}:${value}` : `${name}:"${value.replaceAll('"', '""')}"`
}

/** Saved searches with a word in their name that begins as what was typed, and all where nothing was. */
export function savedFor<T extends { name: string }>(text: string, saved: readonly T[]): T[] {
  const begins = plain(text.trim())
  return saved
    .filter(({ name }) => begins === '' || beginsSo(name, begins))
    .slice(0, begins === '' ? most : ofEach)
}

export type SuggestedKind = 'tag' | 'album' | 'camera' | 'type'

export interface Suggestion {
  kind: SuggestedKind
  value: string
  /** As it stands in the search. */
  term: string
}

/** What there is to be suggested, the most used first in each. */
export type Known = Readonly<Record<SuggestedKind, readonly string[]>>

const kinds = ['tag', 'album', 'camera', 'type'] as const
const ofEach = 4
const most = 9

const plain = (text: string): string =>
  text
    .normalize('NFKD')
    .replace(/[\p{M}"]/gu, '')
    .toLowerCase()

const beginsSo = (value: string, begins: string): boolean =>
  plain(value)
    .split(/[\s_./-]+/)
    .some((word) => word.startsWith(begins)) || plain(value).startsWith(begins)

/** What may be meant by what is being typed: all that has a word which begins so; of one kind after `tag:` and its like. */
export function suggest(text: string, known: Known): Suggestion[] {
  const typed = typedTerm(text).replace(/^-/, '')
  const named = kinds.find((kind) => typed.toLowerCase().startsWith(`${kind}:`))
  const begins = plain(named === undefined ? typed : typed.slice(named.length + 1))
  if (named === undefined && begins === '') return []
  const minus = typedTerm(text).startsWith('-') ? '-' : ''
  return kinds
    .filter((kind) => named === undefined || kind === named)
    .flatMap((kind) =>
      known[kind]
        .filter((value) => beginsSo(value, begins))
        .slice(0, named === undefined ? ofEach : most)
        .map((value) => ({ kind, value, term: `${minus}${termFor(kind, value)}` })),
    )
    .slice(0, most)
}
