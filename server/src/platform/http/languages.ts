import { type Language, languageSchema } from '@rendition/contract'
import { headerListOf } from './header-list.ts'

/** Nobody reads more. */
const mostRanges = 30

/**
 * The language that a request wishes most of those that there are (RFC 9110 12.5.4): `de-AT, en;q=0.8` → `de`. null where it
 * names none of them; `*` names none.
 */
export function askedLanguage(header: string | undefined): Language | null {
  const wished = headerListOf(header ?? '')
    .slice(0, mostRanges)
    .flatMap(({ name, parameters }) => {
      const quality = parameters.find((parameter) => parameter.startsWith('q='))
      const weight = quality === undefined ? 1 : Number(quality.slice(2))
      const language = languageSchema.safeParse(name.split('-')[0])
      return language.success && weight > 0 ? [{ language: language.data, weight }] : []
    })
    // Of equal ones the first stays the first.
    .sort((one, other) => other.weight - one.weight)
  return wished[0]?.language ?? null
}
