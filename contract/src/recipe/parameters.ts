import { stepLimit } from '../bounds.ts'
import { isPassing } from '../delivery/passing.ts'
import type { Fault } from '../errors.ts'
import { aliases, type Bag, bagSchema } from './bag.ts'
import { contradictions, outputOf, requestParameters, stepsOf } from './bag-steps.ts'
import { faultsOf, invalid } from './faults.ts'
import type { Gamut, Output, OutputFormat } from './output.ts'
import { type Presets, untouched } from './presets.ts'
import { parseRecipe, type Recipe } from './recipe.ts'

/** Limits a caller may set below the grammar's own. */
export interface GrammarLimits {
  /** Pixels, each side of a wanted size, `dpr` included. */
  outputSide?: number
}
const defaultSide = 8192

/** What the parameters say beyond the recipe: about this one request, never part of a cache key. */
export interface RequestParts {
  preset?: string
  /** The set of presets that the URL was given for. */
  set?: number
  version?: number
  /** A file name, or true for the image's own. */
  download?: true | string
  /** Unix seconds. */
  exp?: number
  sig?: string
  /** The share that the URL was given with. */
  share?: string
  /** `auto`: negotiate with the client, then `resolve(parsed, { format })`. */
  format?: 'auto'
  /** `auto`: take the width from client hints, then `resolve(parsed, { width })`. */
  width?: 'auto'
  /** `auto`: take it from a hint of the client, then `resolve(parsed, { gamut })`; srgb without. */
  gamut?: 'auto'
}

export interface ParsedParameters {
  /** The steps and the output asked for, without preset and before `auto` is resolved. */
  recipe: Recipe
  /** The output values that were given, as against filled in. */
  given: Partial<Output>
  request: RequestParts
  /** Whether any parameter speaks of pixels or of the file (and not of the request alone). */
  transforms: boolean
  /** The parameters under their full names; what `resolve` starts from. */
  bag: Bag
}

/** A query string as `URLSearchParams` or other pairs, or an object of text, numbers and booleans (JSON, parsed queries). */
export type ParameterSource = Iterable<readonly [string, string]> | Readonly<Record<string, unknown>>

function pairs(source: ParameterSource): [string, unknown][] {
  return Symbol.iterator in source
    ? [...(source as Iterable<readonly [string, string]>)].map(([k, v]) => [k, v])
    : Object.entries(source)
}

/**
 * Writes aliases out, leaves out what is empty or passes by, and refuses what is given twice, under one name or two.
 */
function gather(source: ParameterSource): {
  named: Record<string, unknown>
  spelled: Map<string, string>
  faults: Fault[]
} {
  const named: Record<string, unknown> = Object.create(null)
  const spelled = new Map<string, string>()
  const faults: Fault[] = []
  for (const [key, value] of pairs(source)) {
    if (value === undefined || value === null || value === '' || isPassing(key)) continue
    const name = Object.hasOwn(aliases, key) ? (aliases[key] ?? key) : key
    const before = spelled.get(name)
    const repeated = Array.isArray(value) && value.some((item) => typeof item === 'string')
    if (before !== undefined || repeated)
      faults.push({
        path: key,
        message: before && before !== key ? `is given already, as ${before}` : 'is given more than once',
      })
    spelled.set(name, before ?? key)
    named[name] = value
  }
  return { named, spelled, faults }
}

/**
 * A bag of parameters as a recipe, in the documented order: orient, crop, trim, rotate, flip, mirror, resize, pad,
 * colour (modulate, contrast, gamma, grayscale, tint, negate), blur, sharpen, watermark, radius, background, encode.
 * Throws `Failure('invalid_recipe')` with the path of every fault, in the caller's spelling; nothing is clamped or skipped.
 */
export function parseParameters(source: ParameterSource, limits: GrammarLimits = {}): ParsedParameters {
  const { named, spelled, faults } = gather(source)
  const rename = (path: string): string => spelled.get(path) ?? path
  const result = bagSchema.safeParse(named)
  if (!result.success) faults.push(...faultsOf(result.error, rename))
  if (faults.length > 0 || !result.success) throw invalid(faults)
  const bag = result.data
  faults.push(
    ...contradictions(bag, limits.outputSide ?? defaultSide).map((f) => ({ ...f, path: rename(f.path) })),
  )
  if (faults.length > 0) throw invalid(faults)
  return fromBag(bag)
}

/** Fills in what `auto` stood for. A parameter that was not `auto` is left alone. */
export function resolve(
  parsed: ParsedParameters,
  found: { format?: OutputFormat | undefined; width?: number | undefined; gamut?: Gamut | undefined },
): ParsedParameters {
  const bag = { ...parsed.bag }
  if (bag.format === 'auto' && found.format) bag.format = found.format
  if (bag.width === 'auto' && found.width) bag.width = found.width
  if (bag.gamut === 'auto' && found.gamut) bag.gamut = found.gamut
  return fromBag(bag)
}

/**
 * The recipe of a request that names a preset: the preset's steps, then the request's; its output, unless the
 * request says otherwise. Without a preset, the request's own. Throws `invalid_recipe` for an unknown name and for
 * parameters beside `original`, which is delivered as it is.
 */
export function withPreset(parsed: ParsedParameters, presets: Presets): Recipe {
  const name = parsed.request.preset
  if (name === undefined) return parsed.recipe
  const preset = name === 'original' ? untouched : Object.hasOwn(presets, name) ? presets[name] : undefined
  if (!preset) throw invalid([{ path: 'preset', message: `there is no preset ${name}` }])
  if (name === 'original' && parsed.transforms)
    throw invalid([
      { path: 'preset', message: 'original is delivered untouched: leave the other parameters away' },
    ])
  const steps = [...preset.steps, ...parsed.recipe.steps]
  if (steps.length > stepLimit)
    throw invalid([{ path: 'preset', message: `makes more than ${stepLimit} operations with the rest` }])
  return parseRecipe({ steps, output: merge(preset.output, parsed.given) })
}

/** Quality and lossless exclude each other: the one that was given wins over the preset's other one. */
function merge(preset: Output, given: Partial<Output>): Output {
  const output = { ...preset, ...given }
  if (given.lossless && given.quality === undefined) delete output.quality
  if (given.quality !== undefined && given.lossless === undefined) output.lossless = false
  return output
}

function fromBag(bag: Bag): ParsedParameters {
  const given = outputOf(bag)
  const about: readonly string[] = requestParameters
  return {
    recipe: parseRecipe({ steps: stepsOf(bag), output: given }),
    given,
    request: {
      ...(bag.preset !== undefined && { preset: bag.preset }),
      ...(bag.set !== undefined && { set: bag.set }),
      ...(bag.v !== undefined && { version: bag.v }),
      ...(bag.download !== undefined && bag.download !== false && { download: bag.download }),
      ...(bag.exp !== undefined && { exp: bag.exp }),
      ...(bag.sig !== undefined && { sig: bag.sig }),
      ...(bag.share !== undefined && { share: bag.share }),
      ...(bag.format === 'auto' && { format: bag.format }),
      ...(bag.width === 'auto' && { width: bag.width }),
      ...(bag.gamut === 'auto' && { gamut: bag.gamut }),
    },
    transforms: Object.entries(bag).some(([name, value]) => value !== undefined && !about.includes(name)),
    bag,
  }
}
