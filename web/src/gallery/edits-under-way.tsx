import { useEndOfEdits } from '../state/edit-many.ts'

/** Nothing to be seen: it waits for the end of what was begun, wherever one has gone meanwhile. */
export function EditsUnderWay() {
  useEndOfEdits()
  return null
}
