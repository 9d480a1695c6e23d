import { expect, it } from 'vitest'
import { askedLanguage } from './languages.ts'

it.each([
  ['de-AT', 'de'],
  ['DE', 'de'],
  ['en-US,en;q=0.9,de;q=0.8', 'en'],
  ['fr, en;q=0.2, de;q=0.7', 'de'],
  ['de;q=0, en;q=0.1', 'en'],
  ['de;q=x', null],
  ['fr-FR, fr', null],
  ['*', null],
  ['', null],
  [undefined, null],
  [`${'fr,'.repeat(8_000)}de`, null],
])('reads %s as %s', (header, language) => {
  expect(askedLanguage(header)).toBe(language)
})
