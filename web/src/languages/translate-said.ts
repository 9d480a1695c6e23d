import type { Texts } from './texts.ts'

interface Pattern {
  is: RegExp
  text: string
}

/** Says a sentence of the service in another language; undefined for what the catalogue does not have. */
export type SaySaid = (said: string) => string | undefined

/** From sentences with holes for what the service fills in. Comes with the catalogue: whoever reads English needs none. */
export function createSaySaid(texts: Texts, locale: string): SaySaid {
  // Not by `numbers.ts`: shared with the first load, it would be a file of its own there.
  const numbers = new Intl.NumberFormat(locale)
  const patterns = patternsOf(texts)
  const filled = (value: string): string =>
    /^\d+$/.test(value) ? numbers.format(Number(value)) : (say(value) ?? value)
  const say: SaySaid = (said) => {
    const exact = texts[said]
    if (typeof exact === 'string') return exact
    for (const { is, text } of patterns) {
      const values = is.exec(said)?.groups
      if (values !== undefined)
        return text.replace(/\{(\w+)\}/g, (_, name: string) => filled(values[name] ?? ''))
    }
    return undefined
  }
  return say
}

/** Those that say more before those that say less: `{key} is one of {names}` would take what a longer one has. */
const patternsOf = (texts: Texts): readonly Pattern[] =>
  Object.entries(texts)
    .filter(([said]) => said.includes('{'))
    .sort(([one], [other]) => other.length - one.length)
    .map(([said, text]) => ({ is: patternOf(said), text: String(text) }))

function patternOf(said: string): RegExp {
  const pieces = said.split(/\{(\w+)\}/)
  const source = pieces.map((piece, at) =>
    at % 2 === 0 ? piece.replace(/[.*+?^${}()|[\]\\]/g, '\\$&') : `(?<${piece}>.+?)`,
  )
  return new RegExp(`^${source.join('')}$`, 's')
}
