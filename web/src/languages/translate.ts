import { createElement, Fragment, type ReactNode } from 'react'
import type { CountedText, Fill, Text } from './catalogue.ts'
import { isolated } from './direction.ts'
import { currentCatalogue } from './language.ts'
import { formatNumber, pluralForm } from './numbers.ts'
import type { Entry } from './texts.ts'

type Value = string | number

/** `t('Save')`, `t('{name} was deleted', { name })`: the text in the language of the page, its numbers as that writes them. */
export function t<T extends Text>(text: T, ...[values]: Fill<T, Value>): string {
  return fill(spoken(text), values ?? {})
}

/** `plural(2, '{count} photo', '{count} photos')`: the form that belongs to the number. English knows two, others more. */
export function plural<T extends CountedText>(
  count: number,
  one: string,
  many: T,
  ...[values]: Fill<T, Value, 'count'>
): string {
  const entry = currentCatalogue()?.[many] ?? { one: englishOf(one), other: englishOf(many) }
  return fill(formOf(entry, count), { ...values, count })
}

/** What the service says in English, such as the title of an error; undefined in English and where the catalogue does not have it. */
export function translateKnown(text: string): string | undefined {
  const entry = currentCatalogue()?.[text]
  return typeof entry === 'string' ? entry : undefined
}

/** A text with parts of the page in its holes: `rich('Signed in as {name}', { name: <b>{name}</b> })`. */
export function rich<T extends Text>(text: T, ...[values]: Fill<T, ReactNode>): ReactNode {
  const nodes: Record<string, ReactNode> = values ?? {}
  // Every second piece is the name of a hole.
  return spoken(text)
    .split(hole)
    .map((piece, at) => {
      const node = at % 2 === 0 ? piece : nodes[piece]
      // What fills a hole may be a name, in whatever direction it is written.
      const kind = at % 2 === 1 && typeof node === 'string' ? 'bdi' : Fragment
      return createElement(kind, { key: at }, node)
    })
}

const hole = /\{(\w+)\}/
const holes = new RegExp(hole, 'g')

function spoken(text: string): string {
  const entry = currentCatalogue()?.[text]
  return typeof entry === 'string' ? entry : englishOf(text)
}

function formOf(entry: Entry, count: number): string {
  if (typeof entry === 'string') return entry
  return entry[pluralForm(count)] ?? entry.other
}

/** `photo|Open` tells two meanings of one English word apart. Only what stands after the line is shown. */
const englishOf = (text: string): string => text.slice(text.indexOf('|') + 1)

function fill(text: string, values: Readonly<Record<string, Value>>): string {
  return text.replace(holes, (whole, name: string) => {
    const value = values[name]
    if (value === undefined) return whole
    return typeof value === 'number' ? formatNumber(value) : isolated(value)
  })
}
