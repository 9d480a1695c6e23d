import { type Role, usernameSchema } from '@rendition/contract'
import { normaliseEmail } from '../names.ts'
import { highest, type ProviderConfig } from '../provider-config.ts'

/** What is taken of all that a provider says about somebody. */
export interface Person {
  issuer: string
  subject: string
  email: string | null
  /** The provider says that the address is this person's. */
  emailVerified: boolean
  /** A user name that may be one here; whether it is free is another matter. */
  username: string | null
  /** By the claim of roles; null where none is configured. `refuse` lets nobody in without one. */
  role: Role | 'refuse' | null
}

type Claims = Readonly<Record<string, unknown>>

const longestSubject = 255
const mostValues = 1_000

/** null where it names nobody. */
export function personOf(claims: Claims, config: Pick<ProviderConfig, 'issuer' | 'roles'>): Person | null {
  const { sub, email, email_verified: verified, preferred_username: name } = claims
  if (typeof sub !== 'string' || sub === '' || sub.length > longestSubject) return null
  const isAddress = typeof email === 'string' && email.length <= 254 && /^[^\s@]+@[^\s@]+$/.test(email)
  const username = usernameSchema.safeParse(name)
  return {
    issuer: config.issuer,
    subject: sub.replaceAll('\u0000', '\ufffd'),
    email: isAddress ? normaliseEmail(email.replaceAll('\u0000', '\ufffd')) : null,
    // Some providers say it as text.
    emailVerified: isAddress && (verified === true || verified === 'true'),
    username: username.success ? username.data : null,
    role: roleOf(claims, config.roles),
  }
}

/** Whether more is to be asked for than the token said. */
export function lacks(claims: Claims, { roles }: Pick<ProviderConfig, 'roles'>): boolean {
  return claims.email === undefined || (roles !== undefined && valueAt(claims, roles.claim) === undefined)
}

function roleOf(claims: Claims, roles: ProviderConfig['roles']): Person['role'] {
  if (roles === undefined) return null
  const said = [valueAt(claims, roles.claim)].flat().slice(0, mostValues)
  const known = said.flatMap((value) =>
    typeof value === 'string' && Object.hasOwn(roles.map, value) ? [roles.map[value]] : [],
  )
  return highest(known.filter((role) => role !== undefined)) ?? roles.otherwise
}

/** By its whole name, which may hold dots (a URL), or along them: `realm_access.roles`. */
function valueAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path]
  return path
    .split('.')
    .reduce<unknown>(
      (at, key) =>
        typeof at === 'object' && at !== null && Object.hasOwn(at, key) ? (at as Claims)[key] : undefined,
      claims,
    )
}
