import { periodOf } from './days.ts'
import type { SearchTerm } from './terms.ts'

/** A search as it is typed, such that reading it gives these terms again. */
export const formatSearch = (terms: readonly SearchTerm[]): string => terms.map(formatTerm).join(' ')

function formatTerm(term: SearchTerm): string {
  return `${term.negated ? '-' : ''}${bare(term)}`
}

function bare(term: SearchTerm): string {
  switch (term.kind) {
    case 'word':
      return term.text
    case 'phrase':
      return quote(term.text)
    case 'tag':
      return term.begins ? `tag:${term.text}*` : `tag:${quote(term.text)}`
    case 'camera':
    case 'lens':
    case 'album':
      return `${term.kind}:${quote(term.text)}`
    case 'type':
      return `type:${term.type}`
    case 'date':
      if (term.from === null) return `before:${term.until}`
      return term.until === null ? `after:${term.from}` : `date:${periodName(term.from, term.until)}`
    case 'measure':
      return `${term.of}${term.is}${term.value}`
    case 'colour':
      return `color:${term.colour}`
    case 'orientation':
      return `orientation:${term.orientation}`
    case 'has':
      return `has:${term.what}`
    case 'is':
      return `is:${term.state}`
  }
}

const quote = (text: string): string => `"${text.replaceAll('"', '""')}"`

/** As short as it can be said: a year, a month or a day. */
const periodName = (from: string, until: string): string =>
  [from.slice(0, 4), from.slice(0, 7)].find(
    (name) => periodOf(name)?.from === from && periodOf(name)?.until === until,
  ) ?? from
