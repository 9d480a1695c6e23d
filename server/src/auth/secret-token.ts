import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

/**
 * Opaque credentials: `kind_lookup_secret`. The lookup is public and finds the row; the secret is 32 random bytes
 * of which only the SHA-256 is stored. The kind makes a leaked one recognisable to scanners.
 */
export interface SecretToken {
  /** What the user gets, once. */
  token: string
  lookup: string
  hash: Buffer
}

/** Of refreshing, an API key, a challenge, a link, a sign-in that is at a provider. */
export type TokenKind = 'rnr' | 'rnk' | 'rnc' | 'rnl' | 'rns'

const sha256 = (secret: string): Buffer => createHash('sha256').update(secret).digest()

/** A new token; `lookup` is lower-case hexadecimal. */
export function mintToken(kind: TokenKind, lookup: string): SecretToken {
  const secret = randomBytes(32).toString('base64url')
  return { token: `${kind}_${lookup}_${secret}`, lookup, hash: sha256(secret) }
}

/**
 * The token that follows a spent one, the same every time: its secret is a MAC over the spent one's hash, so that the
 * answer can be given again while nothing but hashes is stored. Whoever holds the spent token cannot compute it.
 */
export function mintSuccessor(key: Buffer, kind: TokenKind, lookup: string, spent: Buffer): SecretToken {
  const secret = createHmac('sha256', key).update(lookup).update(spent).digest('base64url')
  return { token: `${kind}_${lookup}_${secret}`, lookup, hash: sha256(secret) }
}

const shape = /^(rnr|rnk|rnc|rnl|rns)_([0-9a-f]{16,32})_([A-Za-z0-9_-]{43})$/

/** The parts of a presented token, null when it cannot be one of this kind. */
export function readToken(kind: TokenKind, token: string): { lookup: string; hash: Buffer } | null {
  const [, given, lookup, secret] = shape.exec(token) ?? []
  if (given !== kind || lookup === undefined || secret === undefined) return null
  return { lookup, hash: sha256(secret) }
}

/** Takes the same time wherever the difference lies. */
export function sameHash(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other)
}
