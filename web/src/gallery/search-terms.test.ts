import { describe, expect, it } from 'vitest'
import { suggest, termFor, termsOf, withoutTerm, withTerm } from './search-terms.ts'

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

  it('has what was chosen in the place of what was typed', () => {
    expect(withTerm('beach ho', 'tag:holiday')).toBe('beach tag:holiday ')
    expect(withTerm('beach ', 'tag:holiday')).toBe('beach tag:holiday ')
    expect(termFor('tag', 'say "hi"')).toBe('tag:"say  hi"')
  })
})
