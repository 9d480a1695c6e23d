import { type ParsedParameters, parseParameters, resolve } from '@rendition/contract/recipe'
import { queryPairs } from '../../platform/signing/index.ts'
import type { DeliveryConfig } from '../config.ts'
import { type HintHeaders, readHints } from './hints.ts'

type QueryRules = Pick<DeliveryConfig, 'outputSide' | 'ladder' | 'autoWidth'>

/** What a query asks for: complete when hints were read, but for `format=auto`, which needs the picture. */
export interface Query extends ParsedParameters {
  /** As they came, `dpr=auto` standing for 1 until hints are read. */
  pairs: readonly [string, string][]
  autoDpr: boolean
  /** Client hint headers that the URL asked to be used. */
  consulted: readonly string[]
}

/** Reads a query. Throws `invalid_recipe` with the path of every fault. */
export function readQuery(text: string, { outputSide }: QueryRules): Query {
  const given = queryPairs(text)
  const autoDpr = given.some(([name, value]) => name === 'dpr' && value === 'auto')
  const pairs = autoDpr ? withDpr(given, 1) : given
  return { ...parseParameters(pairs, { outputSide }), pairs, autoDpr, consulted: [] }
}

/** Fills in what the URL left to client hints. */
export function withHints(
  query: Query,
  headers: HintHeaders,
  pictureWidth: number,
  rules: QueryRules,
): Query {
  const asked = {
    width: query.request.width === 'auto',
    dpr: query.autoDpr,
    gamut: query.request.gamut === 'auto',
  }
  if (!asked.width && !asked.dpr && !asked.gamut) return query
  const { width, dpr = 1, gamut, consulted } = readHints(asked, headers, { ...rules, pictureWidth })
  const pairs = asked.dpr ? withDpr(query.pairs, dpr) : query.pairs
  const parsed = asked.dpr ? parseParameters(pairs, { outputSide: rules.outputSide }) : query
  return { ...query, ...resolve(parsed, { width, gamut }), pairs, consulted }
}

const withDpr = (pairs: readonly [string, string][], dpr: number): [string, string][] =>
  pairs.map(([name, value]) => [name, name === 'dpr' ? String(dpr) : value])
