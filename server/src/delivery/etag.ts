import { createHash } from 'node:crypto'

/** A strong validator: the bytes' own hash, with its quotes. */
export const etagOf = (bytes: Uint8Array): string =>
  `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 27)}"`
