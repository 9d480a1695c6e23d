import { Failure, type Role, roleSchema } from '@rendition/contract'
import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  type JSONWebKeySet,
  type JWK,
  type JWTVerifyGetKey,
  jwtVerify,
  SignJWT,
} from 'jose'
import { uuidv7 } from 'uuidv7'
import { z } from 'zod'
import type { Clock } from '../platform/clock.ts'

/** The one algorithm: Ed25519. Small keys and tokens, no per-signature randomness to get wrong. */
const algorithm = 'EdDSA'
/** RFC 9068: keeps any other JWT signed with these keys from passing as an access token. */
const tokenType = 'at+jwt'

export interface TokenRules {
  issuer: string
  audience: string
}

/** What an access token says. */
export interface AccessClaims {
  userId: string
  email: string | null
  username: string | null
  role: Role
  sessionId: string
  expiresAt: Date
}

/** A new private key as JWK, for a fresh installation or a rotation. Keep it secret. */
export async function generateSigningKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(algorithm, { crv: 'Ed25519', extractable: true })
  return { ...(await exportJWK(privateKey)), kid: uuidv7(), alg: algorithm, use: 'sig' }
}

/** The public half, as it stands at /.well-known/jwks.json. */
export function publicKeyOf(key: JWK): PublicKey {
  const { kty, crv, x, kid } = key
  if (kty !== 'OKP' || crv !== 'Ed25519' || x === undefined || kid === undefined) {
    throw new Error('The signing key must be an Ed25519 JWK with a kid.')
  }
  return { kty, crv, x, kid, alg: algorithm, use: 'sig' }
}
export interface PublicKey {
  kty: string
  crv: string
  x: string
  kid: string
  alg: string
  use: 'sig'
}

/** Signs access tokens with the private key; the `kid` in the header says with which. */
export async function createSigner(
  key: JWK,
  rules: TokenRules & { seconds: number },
  clock: Clock,
): Promise<(claims: Omit<AccessClaims, 'expiresAt'>) => Promise<string>> {
  const { kid } = publicKeyOf(key)
  const imported = await importJWK(key, algorithm)
  return ({ userId, email, username, role, sessionId }) => {
    const now = Math.floor(clock.now().getTime() / 1000)
    return new SignJWT({ userId, email, username, role, sid: sessionId })
      .setProtectedHeader({ alg: algorithm, typ: tokenType, kid })
      .setSubject(userId)
      .setIssuer(rules.issuer)
      .setAudience(rules.audience)
      .setIssuedAt(now)
      .setExpirationTime(now + rules.seconds)
      .setJti(uuidv7())
      .sign(imported)
  }
}

const claimsSchema = z.object({
  sub: z.uuid(),
  sid: z.uuid(),
  role: roleSchema,
  email: z.string().nullable(),
  username: z.string().nullable(),
  exp: z.number(),
})

/** Public keys: given, or fetched from the auth role's JWKS address and kept, again when a token names a new one. */
export type PublicKeys = JSONWebKeySet | URL

/** Checks signature, algorithm, type, issuer, audience and expiry. Throws `token_expired`, `token_invalid` or, when the keys cannot be fetched, `unavailable`. */
export function createAccessVerifier(
  keys: PublicKeys,
  rules: TokenRules,
  clock: Clock,
): (token: string) => Promise<AccessClaims> {
  const keyOf: JWTVerifyGetKey =
    keys instanceof URL ? createRemoteJWKSet(keys, { timeoutDuration: 3000 }) : createLocalJWKSet(keys)
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keyOf, {
        algorithms: [algorithm],
        typ: tokenType,
        issuer: rules.issuer,
        audience: rules.audience,
        currentDate: clock.now(),
        requiredClaims: ['jti'],
      })
      const { sub, sid, role, email, username, exp } = claimsSchema.parse(payload)
      return { userId: sub, sessionId: sid, role, email, username, expiresAt: new Date(exp * 1000) }
    } catch (cause) {
      if (cause instanceof errors.JWTExpired) throw new Failure('token_expired')
      if (keys instanceof URL && isFetchFault(cause)) throw new Failure('unavailable', undefined, { cause })
      throw new Failure('token_invalid')
    }
  }
}

/** The keys could not be had, which says nothing about the token. */
function isFetchFault(cause: unknown): boolean {
  if (cause instanceof z.ZodError) return false
  // jose throws fetch's own errors as they are, and its base class for an answer that is no key set.
  if (!(cause instanceof errors.JOSEError)) return true
  return (
    cause instanceof errors.JWKSTimeout ||
    cause instanceof errors.JWKSInvalid ||
    cause.code === 'ERR_JOSE_GENERIC'
  )
}
