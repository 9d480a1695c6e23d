import { Failure, type Role } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import type { Transaction } from '../../platform/database/port.ts'
import type { AuthDeps } from '../deps.ts'
import { usernameKeyOf } from '../names.ts'
import type { Origin } from '../origin.ts'
import type { ProviderConfig } from '../provider-config.ts'
import { recordAudit } from '../record-audit.ts'
import { findIdentity, insertIdentity, touchIdentity } from '../store/identities.ts'
import { anyUser, findUserByName, insertUser, lockUser, type UserRow, updateUser } from '../store/users.ts'
import type { Person } from './claims.ts'

type Parts = Pick<AuthDeps, 'config'>

/**
 * The account that a person signs in to: the linked one; else, where the provider's word about addresses is trusted, the
 * one with the address; else a new one. Never one with the address by the provider's word alone. Call under `lockRoles`,
 * in the transaction that signs in. Throws `forbidden`, `account_exists`, `registration_closed`.
 */
export async function settleAccount(
  tx: Transaction,
  parts: Parts,
  provider: ProviderConfig,
  person: Person,
  at: Date,
  origin: Origin,
): Promise<UserRow> {
  if (person.role === 'refuse') {
    throw new Failure('forbidden', `Your account at ${provider.name} has no role here. Ask an administrator.`)
  }
  const linked = await findIdentity(tx, person)
  if (linked !== null) {
    const user = await lockUser(tx, linked.userId)
    if (user === null) throw new Failure('forbidden', 'This account is being erased.')
    await touchIdentity(tx, linked.id, { email: person.email, at })
    return user
  }
  const known = person.email === null ? null : await findUserByName(tx, { email: person.email })
  const user =
    known === null
      ? await makeAccount(tx, parts, provider, person, person.role, at, origin)
      : await takeByAddress(tx, provider, person, known, at)
  const id = uuidv7()
  const { issuer, subject, email } = person
  await insertIdentity(tx, { id, userId: user.id, issuer, subject, email, createdAt: at, lastUsedAt: at })
  if (known !== null) {
    const details = { provider: provider.id, by: 'email' }
    await recordAudit(tx, at, { action: 'identity.link', actorId: user.id, targetId: id, details }, origin)
  }
  return user
}

async function takeByAddress(
  tx: Transaction,
  { name, linkByEmail }: ProviderConfig,
  { emailVerified }: Person,
  known: UserRow,
  at: Date,
): Promise<UserRow> {
  // Proven on both sides: whoever registered here with somebody else's address would have the account together with them.
  const proven = linkByEmail === 'verified' && known.emailVerifiedAt !== null
  const user = emailVerified && proven ? await lockUser(tx, known.id) : null
  if (user === null) {
    throw new Failure(
      'account_exists',
      `An account with your address exists. Sign in to it as you did before, and link ${name} under Security.`,
    )
  }
  await updateUser(tx, user.id, { emailVerifiedAt: user.emailVerifiedAt ?? at }, at)
  return user
}

async function makeAccount(
  tx: Transaction,
  { config }: Parts,
  provider: ProviderConfig,
  person: Person,
  claimed: Role | null,
  at: Date,
  origin: Origin,
): Promise<UserRow> {
  const first = !(await anyUser(tx))
  if (!(provider.register ?? (first || config.registration === 'open'))) {
    throw new Failure('registration_closed', 'You have no account here. Ask an administrator for one.')
  }
  // Without the provider's word that the address is theirs nobody takes it up.
  const email = person.emailVerified ? person.email : null
  const username = await freeUsername(tx, person.username, email !== null)
  const role: Role = claimed ?? (first ? 'admin' : 'user')
  const id = uuidv7()
  await insertUser(tx, {
    id,
    email,
    username,
    usernameKey: username === null ? null : usernameKeyOf(username),
    passwordHash: null,
    emailVerifiedAt: email !== null && provider.linkByEmail !== 'never' ? at : null,
    role,
    at,
    lastLoginAt: at,
  })
  const details = { role, provider: provider.id }
  await recordAudit(tx, at, { action: 'account.register', actorId: id, targetId: id, details }, origin)
  const user = await lockUser(tx, id)
  if (user === null) throw new Error('an account that was just made is there')
  return user
}

const tries = 20

/** The wished one where nobody has it. An account with an address needs none; one without gets some name. */
async function freeUsername(
  tx: Transaction,
  wished: string | null,
  hasEmail: boolean,
): Promise<string | null> {
  if (wished !== null && (await isFree(tx, wished))) return wished
  if (hasEmail) return null
  const base = (wished ?? 'user').slice(0, 50)
  for (let n = 0; n < tries; n += 1) {
    const name = `${base}-${Math.floor(Math.random() * 1_000_000)}`
    if (await isFree(tx, name)) return name
  }
  throw new Failure('account_exists', 'No user name is free.')
}

const isFree = async (tx: Transaction, name: string): Promise<boolean> =>
  (await findUserByName(tx, { usernameKey: usernameKeyOf(name) })) === null
