import type { Operation, OperationName, OperationOf } from '@rendition/contract/recipe'

/** One row of the list: an operation, and whether it is done. */
export interface Step {
  /** The same for as long as the row is there, wherever it stands. */
  readonly id: number
  readonly on: boolean
  readonly op: Operation
}
export type Steps = readonly Step[]

/** Where a new step of a kind belongs: the order in which a URL's parameters happen, so that URLs stay short. */
const places: readonly OperationName[] = [
  'redact',
  'crop',
  'trim',
  'rotate',
  'flip',
  'mirror',
  'resize',
  'pad',
  'modulate',
  'contrast',
  'gamma',
  'grayscale',
  'tint',
  'negate',
  'blur',
  'sharpen',
  'watermark',
  'radius',
  'background',
]

/** Operations as rows that are all on. */
export function stepsOf(operations: readonly Operation[], firstId = 1): Steps {
  return operations.map((op, index) => ({ id: firstId + index, on: true, op }))
}

/** What is done of it, in its order. */
export const operationsOf = (steps: Steps): Operation[] => steps.filter(({ on }) => on).map(({ op }) => op)

const nextId = (steps: Steps): number => Math.max(0, ...steps.map(({ id }) => id)) + 1

/** The last step of this kind that is on: the one that a control shows and changes. */
export function shownStep<Name extends OperationName>(
  steps: Steps,
  name: Name,
): (Step & { op: OperationOf<Name> }) | undefined {
  return steps.findLast((step): step is Step & { op: OperationOf<Name> } => step.on && step.op.op === name)
}

/** A step more, before the first of those that come after its kind. */
export function addStep(steps: Steps, op: Operation): Steps {
  const place = places.indexOf(op.op)
  const before = steps.findLastIndex((step) => places.indexOf(step.op.op) <= place)
  return steps.toSpliced(before + 1, 0, { id: nextId(steps), on: true, op })
}

/** Sets the step of its kind that a control shows, or adds one; null takes it away. */
export function setStep(steps: Steps, name: OperationName, op: Operation | null): Steps {
  const shown = shownStep(steps, name)
  if (shown === undefined) return op === null ? steps : addStep(steps, op)
  return op === null ? removeStep(steps, shown.id) : changeStep(steps, shown.id, { op })
}

export const changeStep = (steps: Steps, id: number, part: Partial<Omit<Step, 'id'>>): Steps =>
  steps.map((step) => (step.id === id ? { ...step, ...part } : step))

export const removeStep = (steps: Steps, id: number): Steps => steps.filter((step) => step.id !== id)

/** A step earlier (-1) or later (1) by one place; as it was at the ends. */
export function moveStep(steps: Steps, id: number, by: 1 | -1): Steps {
  const at = steps.findIndex((step) => step.id === id)
  const step = steps[at]
  const to = at + by
  if (step === undefined || to < 0 || to >= steps.length) return steps
  return steps.toSpliced(at, 1).toSpliced(to, 0, step)
}

/** Puts other operations in the place of the first `count` rows, those `behind` the first few; a row whose operation is of the same kind stays that row. */
export function replaceFirst(
  steps: Steps,
  count: number,
  operations: readonly Operation[],
  behind = 0,
): Steps {
  const free = steps.slice(behind, count)
  let id = nextId(steps)
  const rows = operations.map((op) => {
    const at = free.findIndex((step) => step.on && step.op.op === op.op)
    const [kept] = at === -1 ? [] : free.splice(at, 1)
    return { id: kept?.id ?? id++, on: true, op }
  })
  return [...steps.slice(0, behind), ...rows, ...free.filter(({ on }) => !on), ...steps.slice(count)]
}

/** Whether two lists do the same. */
export const sameOperations = (one: readonly Operation[], other: readonly Operation[]): boolean =>
  JSON.stringify(one) === JSON.stringify(other)
