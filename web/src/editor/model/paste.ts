import type { Operation } from '@rendition/contract/recipe'

/**
 * What of an edit can be done to another picture: places in pixels are of this one alone, and a straightening without its crop
 * would show bare corners.
 */
export function pasteable(operations: readonly Operation[]): Operation[] {
  return operations.filter(
    (op) =>
      op.op !== 'crop' &&
      op.op !== 'redact' &&
      op.op !== 'trim' &&
      !(op.op === 'rotate' && op.angle % 90 !== 0),
  )
}
