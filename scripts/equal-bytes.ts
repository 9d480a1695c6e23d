import { expect } from 'vitest'

/**
 * `toEqual` walks bytes key by key: 6 s of processor for a megabyte. So two of one class are compared as bytes; the
 * message of a failure is written as ever.
 */
function sameBytes(a: unknown, b: unknown): boolean | undefined {
  if (!(a instanceof Uint8Array && b instanceof Uint8Array)) return undefined
  return a.constructor === b.constructor ? Buffer.compare(a, b) === 0 : undefined
}

type Testing = typeof expect & { bytewise?: true }
const testing: Testing = expect
// Files that share a process share `expect`: the second finds it done.
if (testing.bytewise !== true) {
  expect.addEqualityTesters([sameBytes])
  testing.bytewise = true
}
