import { switches } from '@rendition/contract/recipe'

/**
 * The pairs of a delivery URL's query. A switch without `=` is on (`?download`); with `=` and nothing behind it, as
 * forms send what was left empty, it is absent like any other empty value.
 */
export function queryPairs(query: string): [string, string][] {
  return query.split('&').flatMap((part): [string, string][] => {
    const [pair] = new URLSearchParams(part)
    if (pair === undefined) return []
    const bare = !part.includes('=') && (switches as ReadonlySet<string>).has(pair[0])
    return [bare ? [pair[0], 'true'] : pair]
  })
}
