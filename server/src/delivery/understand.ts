import { type ParsedParameters, parseParameters, resolve } from '@rendition/contract/recipe'
import { type HintHeaders, readHints } from './negotiation.ts'

export interface Understood {
  /** Complete but for `format=auto`, which needs the picture. */
  parsed: ParsedParameters
  /** Client hint headers that the URL asked to be used. */
  consulted: readonly string[]
}

export interface UnderstandOptions {
  outputSide: number
  ladder: readonly number[]
  autoWidth: number
}

/** What a query says, before hints: `dpr=auto` stands aside until they are read. */
export interface Query {
  pairs: [string, string][]
  parsed: ParsedParameters
  autoDpr: boolean
}

/** Reads a query. Throws `invalid_recipe` with the path of every fault. */
export function readQuery(query: string, options: UnderstandOptions): Query {
  const pairs = [...new URLSearchParams(query)]
  const autoDpr = pairs.some(([name, value]) => name === 'dpr' && value === 'auto')
  const settled = pairs.map(([name, value]): [string, string] =>
    name === 'dpr' && value === 'auto' ? [name, '1'] : [name, value],
  )
  return { pairs: settled, parsed: parseParameters(settled, { outputSide: options.outputSide }), autoDpr }
}

/** Fills in what the URL left to client hints. */
export function settleHints(
  query: Query,
  headers: HintHeaders,
  pictureWidth: number,
  options: UnderstandOptions,
): Understood {
  const asked = { width: query.parsed.request.width === 'auto', dpr: query.autoDpr }
  if (!asked.width && !asked.dpr) return { parsed: query.parsed, consulted: [] }
  const hints = readHints(asked, headers, { ...options, pictureWidth })
  const pairs = query.pairs.map(([name, value]): [string, string] =>
    asked.dpr && name === 'dpr' ? [name, String(hints.dpr ?? 1)] : [name, value],
  )
  const parsed = asked.dpr ? parseParameters(pairs, { outputSide: options.outputSide }) : query.parsed
  return { parsed: resolve(parsed, { width: hints.width }), consulted: hints.consulted }
}
