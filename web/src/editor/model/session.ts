import { type Operation, type Output, operationSchema, parseRecipe } from '@rendition/contract/recipe'
import { fitCrops, type Size } from '../../painting/sizes.ts'
import { operationsOf, type Steps, sameOperations, stepsOf } from './steps.ts'
import { begin, change, settle, type Undoable } from './undo.ts'

/** A version as an edit begins from it. */
export interface Start {
  /** Its number. */
  readonly version: number
  /** The version that is its original, and the size of that. */
  readonly base: number
  readonly size: Size
  /** From the original. */
  readonly operations: readonly Operation[]
  readonly output: Partial<Output>
}

/** What became the current version while something was being edited, and was not made of it. */
export interface Overtaken {
  readonly version: number
  /** It has another original: what was edited belongs to a picture that is no longer the one. */
  readonly replaced: boolean
}

/** An edit that goes on. */
export interface Session {
  readonly start: Start
  readonly steps: Undoable<Steps>
  /** null where nothing came between. */
  readonly overtaken: Overtaken | null
}

/** How a version was made, as the service tells it. */
export function readRecipe(recipe: unknown): Pick<Start, 'operations' | 'output'> {
  const { steps, output } = parseRecipe(recipe ?? {})
  return { operations: steps, output }
}

export const openSession = (start: Start): Session => ({
  start,
  steps: begin(stepsOf(start.operations)),
  overtaken: null,
})

/** What is done, in the one spelling, every crop inside the picture. */
export function editOf({ start, steps }: Session): Operation[] {
  return parseRecipe({ steps: fitCrops(operationsOf(steps.now), start.size) }).steps
}

/** Whether the edit differs from the version it began from. */
export const isChanged = (session: Session): boolean =>
  !sameOperations(editOf(session), session.start.operations)

export const changeSteps = (session: Session, steps: Steps, gesture: string | null = null): Session => ({
  ...session,
  steps: change(session.steps, steps, gesture),
  // Who edits the other original has seen that it is another.
  overtaken: session.overtaken?.replaced === true ? null : session.overtaken,
})

export const settleSteps = (session: Session): Session => ({ ...session, steps: settle(session.steps) })

/** The version as it is; what was edited can be brought back, until the editor is left. */
export function discard(session: Session): Session {
  const { start, steps } = openSession(session.start)
  if (!isChanged(session)) return { start, steps, overtaken: null }
  return { start, steps: change(session.steps, steps.now), overtaken: null }
}

/**
 * Another version has become the current one: by a save here, whose event may come before its answer, by an undo, or by
 * another page. What is being edited stays, and it is known what came between; where nothing was, the version's own steps are
 * shown. On another original the steps would fall elsewhere: it is shown as it is, and they can be brought back.
 */
export function followVersion(session: Session, start: Start): Session {
  const { start: before } = session
  if (before.version === start.version && before.base === start.base) return session
  const { version } = start
  const moved: Session = { ...session, start }
  const wasChanged = isChanged(session)
  if (before.base !== start.base)
    return wasChanged ? { ...discard(moved), overtaken: { version, replaced: true } } : openSession(start)
  if (!isChanged(moved)) return { ...moved, overtaken: null }
  return wasChanged ? { ...moved, overtaken: { version, replaced: false } } : openSession(start)
}

/** What of a session is kept in the browser. */
export interface Draft {
  base: number
  steps: { on: boolean; op: Operation }[]
}

export const draftOf = ({ start, steps }: Session): Draft => ({
  base: start.base,
  steps: steps.now.map(({ on, op }) => ({ on, op })),
})

/** More than any edit has. */
const mostRows = 64

/** The session with a draft put on as one change, where the draft is one of this original. */
export function withDraft(session: Session, kept: unknown): Session {
  const steps = readDraft(kept, session.start.base)
  if (steps === null) return session
  const drafted = changeSteps(session, steps)
  return isChanged(drafted) || steps.some(({ on }) => !on) ? drafted : session
}

function readDraft(kept: unknown, base: number): Steps | null {
  if (typeof kept !== 'object' || kept === null || !('base' in kept) || kept.base !== base) return null
  if (!('steps' in kept) || !Array.isArray(kept.steps) || kept.steps.length > mostRows) return null
  const rows: readonly unknown[] = kept.steps
  const steps = rows.map((row, index) => {
    const { on, op } = (typeof row === 'object' && row !== null ? row : {}) as { on?: unknown; op?: unknown }
    const read = operationSchema.safeParse(op)
    return read.success ? { id: index + 1, on: on !== false, op: read.data } : null
  })
  return steps.every((step) => step !== null) ? steps : null
}
