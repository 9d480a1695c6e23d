import type { Operation } from '@rendition/contract/recipe'
import type { ImagingLimits } from '../types.ts'
import { expand, type Standing } from './expand.ts'
import type { PixelOperation, Primitive } from './primitive.ts'
import { joins, type PassTraits } from './stages.ts'

/** A stretch of a plan that can be run: one pipeline (`pixels` stand alone, between two pipelines). */
export interface Pass {
  primitives: Primitive[]
}

export interface Plan {
  passes: Pass[]
  /** Where the picture stands after the passes; a bound when `rest` is not empty. */
  standing: Standing
  /** Operations that can be planned only when the passes before have run, and the number of the first of them. */
  rest: readonly Operation[]
  next: number
  /** The pixels may be partly transparent at the end. */
  alpha: boolean
}

export interface PlanOptions {
  limits: ImagingLimits
  /** The number of `steps[0]` in the recipe, for the paths of faults. */
  first?: number
  /** For the property test: the reference against which the planner is proved. */
  onePerPass?: boolean
}

/**
 * Ordered operations as few passes as keep the order. Planning stops behind an operation whose result has a size that
 * only the pixels know (`trim`, an odd angle); run the passes, then plan the rest.
 */
export function plan(
  steps: readonly Operation[],
  start: Standing,
  traits: PassTraits,
  options: PlanOptions,
): Plan {
  const passes: Pass[] = []
  let current: Primitive[] = []
  let standing = start
  let flags = traits
  const close = () => {
    if (current.length > 0 || flags.first) passes.push({ primitives: current })
    current = []
    flags = { ...flags, first: false, turned: false, foreign: false }
  }
  for (const [index, step] of steps.entries()) {
    const number = (options.first ?? 0) + index
    const expanded = expand(step, standing, `steps.${number}`, options.limits)
    for (const primitive of expanded.primitives) {
      if (primitive.kind === 'pixels') {
        if (current.length > 0 || flags.first) close()
        passes.push({ primitives: [primitive] })
      } else {
        if (!joins(current, primitive, flags)) close()
        current.push(primitive)
        if (options.onePerPass) close()
      }
      flags = { ...flags, alpha: flags.alpha || bringsAlpha(primitive) }
    }
    standing = expanded.standing
    if (expanded.open) {
      close()
      return { passes, standing, rest: steps.slice(index + 1), next: number + 1, alpha: flags.alpha }
    }
  }
  if (current.length > 0 || flags.first) close()
  return { passes, standing, rest: [], next: (options.first ?? 0) + steps.length, alpha: flags.alpha }
}

/** Each is named: what brought alpha unseen would share a pass with what looks at colours. */
function bringsAlpha(primitive: Primitive): boolean {
  switch (primitive.kind) {
    case 'extend':
    case 'rotate':
      return !primitive.background.endsWith('ff')
    case 'pixels':
      return pixelsBringAlpha[primitive.operation.op]
    case 'trim':
    case 'crop':
    case 'scale':
    case 'smart':
    case 'flip':
    case 'mirror':
    case 'turn':
    case 'blur':
    case 'modulate':
    case 'sharpen':
    case 'contrast':
    case 'tint':
    case 'grayscale':
    case 'negate':
      return false
  }
}

const pixelsBringAlpha = {
  redact: false,
  radius: true,
  gamma: false,
  watermark: false,
  background: false,
} as const satisfies Record<PixelOperation['op'], boolean>
