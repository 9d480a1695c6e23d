import { createHash } from 'node:crypto'

/** 162 bits: two pictures never share one. */
const letters = 27

const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('base64url')

/** A rendition's strong validator, with its quotes: the same bytes have the same one, whoever made them. */
export const etagOf = (bytes: Uint8Array): string => `"${digestOf(bytes).slice(0, letters)}"`

/** An original's, whose digest is known already, in hex. */
export const originalETag = (sha256: string): string => `"${sha256}"`

/** Whether an entry of the ledger speaks of these bytes. Entries that jobs made had more letters of the same digest once. */
export function isETagOf(etag: string, bytes: Uint8Array): boolean {
  const said = etag.slice(1, -1)
  return said.length >= letters && digestOf(bytes).startsWith(said)
}
