import type { Subject } from '../metadata/tags.ts'
import type { Patch } from '../types.ts'

/** What anybody may be told: how a picture was taken and by whom, and how to show it in HDR. */
export const open: ReadonlySet<Subject> = new Set(['picture', 'gain'])

/** A block of more bytes is not looked into, and cleared as a whole. */
export const longestBlock = 1 << 20

/** A file with more places to hide is not given to strangers. */
export const mostPatches = 20_000

/** Bytes looked at in one go where every one of them counts. */
export const scanned = 1 << 16

export const zeros = (at: number, length: number): Patch[] => (length > 0 ? [{ at, length, fill: 0 }] : [])
export const spaces = (at: number, length: number): Patch[] =>
  length > 0 ? [{ at, length, fill: 0x20 }] : []

/** Lays patches over bytes that are all there. */
export function applyPatches(bytes: Uint8Array, patches: readonly Patch[]): void {
  for (const patch of patches)
    if ('data' in patch) bytes.set(patch.data, patch.at)
    else bytes.fill(patch.fill, patch.at, patch.at + patch.length)
}
