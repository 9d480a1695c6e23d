import { currentSaid } from './language.ts'
import { formatNumber } from './numbers.ts'
import type { Texts } from './texts.ts'

interface Pattern {
  is: RegExp
  text: string
}

const compiled = new WeakMap<Texts, readonly Pattern[]>()

/**
 * What the service says in English, in the language of the page: the sentence as it stands in the catalogue, with what the service
 * filled in. undefined in English, and for what the catalogue does not have.
 */
export function translateSaid(said: string): string | undefined {
  const texts = currentSaid()
  if (texts === null) return undefined
  const exact = texts[said]
  if (typeof exact === 'string') return exact
  for (const { is, text } of patternsOf(texts)) {
    const values = is.exec(said)?.groups
    if (values !== undefined)
      return text.replace(/\{(\w+)\}/g, (_, name: string) => filled(values[name] ?? ''))
  }
  return undefined
}

const filled = (value: string): string =>
  /^\d+$/.test(value) ? formatNumber(Number(value)) : (translateSaid(value) ?? value)

/** Those that say more before those that say less: `{key} is one of {names}` would take what a longer one has. */
function patternsOf(texts: Texts): readonly Pattern[] {
  const known = compiled.get(texts)
  if (known !== undefined) return known
  const patterns = Object.entries(texts)
    .filter(([said]) => said.includes('{'))
    .sort(([one], [other]) => other.length - one.length)
    .map(([said, text]) => ({ is: patternOf(said), text: String(text) }))
  compiled.set(texts, patterns)
  return patterns
}

function patternOf(said: string): RegExp {
  const pieces = said.split(/\{(\w+)\}/)
  const source = pieces.map((piece, at) =>
    at % 2 === 0 ? piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : `(?<${piece}>.+?)`,
  )
  return new RegExp(`^${source.join('')}$`, 's')
}
