import type { Outcome } from '../platform/audit.ts'

/** Characters of a text, members of a list and of an object, and how deep they go. */
const [longest, mostListed, mostNamed, deepest] = [300, 100, 60, 5]
/** Characters of all of it as JSON. */
const largest = 16 * 1024

// No database text holds a NUL, and a letter may have been cut in two.
const unstorable = /[\0\p{Cs}]/gu

type Details = Record<string, unknown>

/** What an entry may hold: longer texts and lists are cut, and of what is still too much the names are kept. */
export function bounded(details: Details): Details {
  const cut = shorten(details, 0) as Details
  if (JSON.stringify(cut).length <= largest) return cut
  return { cut: Object.keys(cut) }
}

function shorten(value: unknown, depth: number): unknown {
  if (typeof value === 'string') {
    const text = value.length > longest ? `${value.slice(0, longest)}…` : value
    return text.replace(unstorable, '\ufffd')
  }
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date) return value.toISOString()
  if (depth === deepest) return '…'
  if (Array.isArray(value)) {
    const members = value.slice(0, mostListed).map((member) => shorten(member, depth + 1))
    return value.length > mostListed ? [...members, `+${value.length - mostListed}`] : members
  }
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return Object.fromEntries(
    members.slice(0, mostNamed).map(([name, member]) => [name.slice(0, longest), shorten(member, depth + 1)]),
  )
}

/** Adds numbers to those of the same name. */
export function addUp(details: Details, outcome: Outcome): Details {
  const sum: Details = { ...details }
  for (const [name, more] of Object.entries(outcome)) {
    const there = sum[name]
    if (typeof more === 'number') sum[name] = (typeof there === 'number' ? there : 0) + more
    else sum[name] = addUp(typeof there === 'object' && there !== null ? (there as Details) : {}, more)
  }
  return sum
}
