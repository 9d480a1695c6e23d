import type { Role, Scope } from '@rendition/contract'
import type { Origin } from '../audit.ts'

/** Who is calling, verified by this process itself. */
export interface Principal {
  userId: string
  role: Role
  email: string | null
  username: string | null
  /** What this credential may do: everything the role may for a token, the key's own list for an API key. */
  scopes: ReadonlySet<Scope>
  /** The refresh family of a token, null for an API key. */
  sessionId: string | null
  keyId: string | null
  expiresAt: Date | null
  /** Where the request came from, for the audit. */
  origin?: Origin | undefined
}

/** Gives the caller of these headers, null when no credential was sent; throws 401 for a bad one. */
export type Authenticate = (headers: {
  authorization?: string | undefined
  'x-api-key'?: string | string[] | undefined
}) => Promise<Principal | null>
