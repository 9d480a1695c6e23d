import { type Look, looks } from '../../state/looks.ts'
import { addStep, type Steps } from './steps.ts'

/** What a look is made of, and takes the place of. */
const ofLooks: ReadonlySet<string> = new Set(['modulate', 'contrast', 'gamma', 'grayscale', 'tint'])

/** The steps with a look in the place of what was done to colours; what is off stays. */
export function withLook(steps: Steps, { operations }: Look): Steps {
  const others = steps.filter(({ on, op }) => !on || !ofLooks.has(op.op))
  return operations.reduce(addStep, others)
}

/** The look that the steps are; undefined where they are none. */
export function lookOf(steps: Steps): Look | undefined {
  const done = JSON.stringify(steps.filter(({ on, op }) => on && ofLooks.has(op.op)).map(({ op }) => op))
  return looks.find(({ operations }) => JSON.stringify(operations) === done)
}
