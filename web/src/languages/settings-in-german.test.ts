import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { settingsInGerman } from './settings-in-german.ts'
import type { Texts } from './texts.ts'

const german: Texts = settingsInGerman
const reference = await readFile(join(import.meta.dirname, '../../../docs/config.md'), 'utf8')
const rows = [...reference.matchAll(/^\| `([A-Z\d_]+)` \| .*? \| (.*) \|$/gm)].map(
  ([, name = '', description = '']) => ({ name, description }),
)
/** Nothing but names and addresses, as they are. */
const sameInBoth = /^[a-z:/+…?=&, ]+$/
const variables = /\b[A-Z]{3,}(?:_[A-Z]+)+\b|\b\d{3,}\b|`[^`]+`/g

it('says of every setting of the reference what it does, and of no other', () => {
  expect(rows.length).toBeGreaterThan(100)
  const missing = rows.filter(({ description }) => german[description] === undefined)
  expect(missing.map(({ name }) => name)).toEqual([])
  const known = new Set(rows.map(({ description }) => description))
  expect(Object.keys(german).filter((description) => !known.has(description))).toEqual([])
})

it('names the same variables, numbers and values, in other words', () => {
  for (const [english, text] of Object.entries(german)) {
    expect([...new Set(String(text).match(variables))].sort(), english).toEqual(
      [...new Set(english.match(variables))].sort(),
    )
    if (!sameInBoth.test(english.replace(/\b(or|and|in this process)\b|[();]/g, '')))
      expect(text).not.toBe(english)
  }
})
