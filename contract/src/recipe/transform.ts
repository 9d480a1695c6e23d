import type { Fault } from '../errors.ts'
import { aliases } from './bag.ts'
import { outputOf, outputParameters, requestParameters } from './bag-steps.ts'
import { faultsOf, invalid } from './faults.ts'
import { type GrammarLimits, parseParameters, withPreset } from './parameters.ts'
import type { Presets } from './presets.ts'
import { parseRecipe, type Recipe } from './recipe.ts'
import { stepsSchema } from './steps-value.ts'

const negotiable: ReadonlySet<string> = new Set(['format', 'width', 'gamut'])

/**
 * The recipe of a transform request: `steps` in the caller's order beside the output parameters, or a bag of
 * parameters in the documented order. The caller takes its own fields (`saveImage`, `async`, …) out before.
 * Throws `Failure('invalid_recipe')`; also for a request that asks for nothing.
 */
export function parseTransform(
  body: Readonly<Record<string, unknown>>,
  { presets = {}, ...limits }: GrammarLimits & { presets?: Presets } = {},
): Recipe {
  const { steps: given, ...rest } = body
  const steps = given === null ? undefined : given
  const faults: Fault[] = []
  for (const [key, value] of Object.entries(rest)) {
    if (value === undefined || value === null || value === '') continue
    const name = aliases[key] ?? key
    const forRequest = (requestParameters as readonly string[]).includes(name) && name !== 'preset'
    if (forRequest) faults.push({ path: key, message: 'belongs to a URL, not to a transformation' })
    else if (steps !== undefined && !(outputParameters as readonly string[]).includes(name))
      faults.push({ path: key, message: 'cannot stand beside steps' })
    else if (value === 'auto' && negotiable.has(name))
      faults.push({ path: key, message: 'auto needs a client to ask: name a value' })
  }
  const list = stepsSchema.safeParse(steps ?? [])
  if (!list.success) faults.push(...faultsOf(list.error, (path) => (path ? `steps.${path}` : 'steps')))
  if (faults.length > 0) throw invalid(faults)

  const parsed = parseParameters(rest, limits)
  const nothing = !parsed.transforms && parsed.request.preset === undefined && (list.data ?? []).length === 0
  if (nothing) throw invalid([{ path: 'steps', message: 'asks for nothing: give steps or parameters' }])
  if (steps === undefined) return withPreset(parsed, presets)
  return parseRecipe({ steps: list.data, output: outputOf(parsed.bag) })
}
