import type { z } from 'zod'
import { Failure, type Fault } from '../errors.ts'

/** Paths of a fault, dotted as the caller would write it: `steps.0.width`. */
function dotted(path: readonly PropertyKey[]): string {
  return path.map(String).join('.')
}

/** What zod found, as faults: each key that does not exist gets a line of its own. */
export function faultsOf(error: z.ZodError, rename: (path: string) => string = (path) => path): Fault[] {
  return error.issues.flatMap((issue): Fault[] => {
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        path: rename(dotted([...issue.path, key])),
        message: 'is not known here',
      }))
    if (issue.code === 'invalid_union' && 'options' in issue && Array.isArray(issue.options))
      return [{ path: rename(dotted(issue.path)), message: `must be one of: ${issue.options.join(', ')}` }]
    if (issue.code === 'invalid_value')
      return [
        {
          path: rename(dotted(issue.path)),
          message: `must be one of: ${issue.values.map(String).join(', ')}`,
        },
      ]
    return [{ path: rename(dotted(issue.path)), message: issue.message }]
  })
}

/** `Failure('invalid_recipe')`; its sentence names the first fault, `errors` holds them all. */
export function invalid(errors: readonly Fault[]): Failure {
  const first = errors[0]
  const detail = first ? `${first.path || 'The transformation'}: ${first.message}.` : undefined
  return new Failure('invalid_recipe', detail, { errors })
}

export function failOn<T>(result: z.ZodSafeParseResult<T>): T {
  if (result.success) return result.data
  throw invalid(faultsOf(result.error))
}
