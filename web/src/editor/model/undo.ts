/** What was, is and could be again. */
export interface Undoable<T> {
  readonly past: readonly T[]
  readonly now: T
  readonly future: readonly T[]
  /** The gesture that made `now`, while it goes on: a slider is one change, however long it is moved. */
  readonly gesture: string | null
}

/** Of one session; what was saved is kept by the service. */
const mostKept = 200

export const begin = <T>(now: T): Undoable<T> => ({ past: [], now, future: [], gesture: null })

/** A change; one more of the same gesture takes the place of the one before. */
export function change<T>(history: Undoable<T>, now: T, gesture: string | null = null): Undoable<T> {
  if (now === history.now) return history
  if (gesture !== null && gesture === history.gesture) return { ...history, now, future: [] }
  return { past: [...history.past, history.now].slice(-mostKept), now, future: [], gesture }
}

/** The next change is one of its own. */
export const settle = <T>(history: Undoable<T>): Undoable<T> =>
  history.gesture === null ? history : { ...history, gesture: null }

export function undo<T>({ past, now, future }: Undoable<T>): Undoable<T> | null {
  const before = past.at(-1)
  if (before === undefined) return null
  return { past: past.slice(0, -1), now: before, future: [now, ...future], gesture: null }
}

export function redo<T>({ past, now, future }: Undoable<T>): Undoable<T> | null {
  const [next, ...rest] = future
  if (next === undefined) return null
  return { past: [...past, now], now: next, future: rest, gesture: null }
}
