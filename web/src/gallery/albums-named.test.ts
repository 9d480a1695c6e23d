import { expect, test } from 'vitest'
import { albumsNamed, isTaken } from './albums-named.ts'

const albums = ['Winter 2024', 'Summer', 'Été', 'Midsummer night'].map((name) => ({ name }))
const named = (text: string) => albumsNamed(text, albums).map(({ name }) => name)

test('albums are found by any part of their name, those first that begin so', () => {
  expect(named('')).toEqual(['Winter 2024', 'Summer', 'Été', 'Midsummer night'])
  expect(named(' summer')).toEqual(['Summer', 'Midsummer night'])
  expect(named('ete')).toEqual(['Été'])
  expect(named('2024')).toEqual(['Winter 2024'])
  expect(named('autumn')).toEqual([])
})

test('a name is taken where an album has just that', () => {
  expect(isTaken('Summer ', albums)).toBe(true)
  expect(isTaken('summer', albums)).toBe(false)
})
