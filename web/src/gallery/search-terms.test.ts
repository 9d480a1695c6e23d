import { parseSearch } from '@rendition/contract'
import { describe, expect, it } from 'vitest'
import { filterOfSaved, noFilter } from '../state/filter.ts'
import { savedFor, searchOf, suggest, termFor, termsOf, withoutTerm, withTerm } from './search-terms.ts'

const known = {
  tag: ['holiday', 'summer 2024', 'hut'],
  album: ['Zürich', 'Holland'],
  camera: ['Canon EOS R5'],
  type: ['jpeg', 'heic'],
}
const terms = (text: string) => suggest(text, known).map(({ term }) => term)

describe('a search', () => {
  it('is read as its terms, with what is quoted in one', () => {
    expect(termsOf(' beach  tag:"summer 2024" -"long walk" ')).toEqual([
      'beach',
      'tag:"summer 2024"',
      '-"long walk"',
    ])
    expect(withoutTerm('beach tag:"summer 2024" x', 1)).toBe('beach x')
    expect(termsOf('tag:"never closed')).toEqual(['tag:"never closed'])
  })

  it('is given what is known that begins as what is typed, by any of its words', () => {
    expect(terms('ho')).toEqual(['tag:holiday', 'album:Holland'])
    expect(terms('beach zur')).toEqual(['album:Zürich'])
    expect(terms('eos')).toEqual(['camera:"Canon EOS R5"'])
    expect(terms('20')).toEqual(['tag:"summer 2024"'])
    expect(terms('-hu')).toEqual(['-tag:hut'])
  })

  it('is given all of a kind that is named, and nothing where nothing is typed', () => {
    expect(terms('tag:')).toEqual(['tag:holiday', 'tag:"summer 2024"', 'tag:hut'])
    expect(terms('TYPE:he')).toEqual(['type:heic'])
    expect(terms('album:"z')).toEqual(['album:Zürich'])
    expect(terms('beach ')).toEqual([])
    expect(terms('')).toEqual([])
  })

  it('is everything that a list is narrowed down by, where the grammar has words for it', () => {
    expect(searchOf({ ...noFilter, q: 'beach -night' })).toBe('beach -night')
    const narrow = { q: 'sea', tag: 'summer 2024', visibility: 'public', view: 'favourites' } as const
    expect(searchOf({ ...noFilter, ...narrow, album: '1f' })).toBe(
      'sea tag:"summer 2024" is:public is:favourite album:1f',
    )
    expect(searchOf({ ...noFilter, q: 'sea', sort: 'taken', from: '2024-05' })).toBe('sea before:2024-06')
    for (const filter of [{}, { q: 'sea', view: 'trash' as const }, { q: 'x'.repeat(501) }])
      expect(searchOf({ ...noFilter, ...filter })).toBeNull()
  })

  it('is found among those that are kept by a word of its name, and all of them where nothing is typed', () => {
    const saved = [{ name: 'Best of Zürich' }, { name: 'At sea' }]
    expect(savedFor('', saved)).toEqual(saved)
    expect(savedFor('zur', saved)).toEqual([{ name: 'Best of Zürich' }])
    expect(savedFor('best of', saved)).toEqual([{ name: 'Best of Zürich' }])
    expect(savedFor('est', saved)).toEqual([])
  })

  it('has what was chosen in the place of what was typed', () => {
    expect(withTerm('beach ho', 'tag:holiday')).toBe('beach tag:holiday ')
    expect(withTerm('beach ', 'tag:holiday')).toBe('beach tag:holiday ')
  })

  it('has the quotation marks of a tag, as the service reads them', () => {
    for (const tag of ['say "hi"', '"', 'a ""b"" c']) {
      const term = termFor('tag', tag)
      expect(parseSearch(term), term).toEqual([{ kind: 'tag', text: tag, begins: false, negated: false }])
      expect(termsOf(`sea ${term} x`), term).toEqual(['sea', term, 'x'])
    }
    expect(suggest('tag:"say ""h', { ...known, tag: ['say "hi"'] })).toMatchObject([{ value: 'say "hi"' }])
  })

  it('shows what was saved in the order in which it was', () => {
    expect(filterOfSaved({ q: 'sea', sort: 'taken' })).toEqual({ ...noFilter, q: 'sea', sort: 'taken' })
    expect(filterOfSaved({ q: 'sea', sort: 'relevance' })).toEqual({ ...noFilter, q: 'sea' })
  })
})
