import { uuidv7 } from 'uuidv7'
import { mintToken, readToken, sameHash } from '../secret-token.ts'
import { lookupOf } from '../sessions/start-session.ts'
import type { LinkRow } from '../store/links.ts'

export const resetSeconds = 3_600
export const inviteDays = 7
export const signInSeconds = 900
export const verifyDays = 2

/** Where the page takes each kind. The secret stands behind a `#`: no server on the way, and no log, is sent it. */
const paths = {
  reset: '/reset-password',
  invite: '/invitation',
  'sign-in': '/sign-in-link',
  verify: '/verify-email',
} as const

export const urlOf = (publicUrl: string, kind: LinkRow['kind'], token: string): string =>
  `${publicUrl}${paths[kind]}#${token}`

export function newLink(): { id: string; token: string; hash: Buffer } {
  const id = uuidv7()
  return { id, ...mintLinkToken(id) }
}

/** A secret for a link that is there. */
export function mintLinkToken(id: string): { token: string; hash: Buffer } {
  const { token, hash } = mintToken('rnl', lookupOf(id))
  return { token, hash }
}

/** Whether the secret that was presented is this link's, and the link still good. */
export const opens = (row: LinkRow | null, presented: { hash: Buffer }, at: Date): row is LinkRow =>
  row !== null && sameHash(row.hash, presented.hash) && row.expiresAt > at

/** The parts of a presented link, null when it cannot be one. */
export function readLink(token: string): { lookup: string; hash: Buffer } | null {
  const presented = readToken('rnl', token)
  return presented?.lookup.length === 32 ? presented : null
}
