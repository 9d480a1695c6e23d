import { type Credentials, Failure, type Role, type SessionTokens } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import { UniqueViolation } from '../../platform/database/port.ts'
import type { AuthDeps, MailVerification } from '../deps.ts'
import { normaliseEmail, usernameKeyOf } from '../names.ts'
import { laneOf, type Origin } from '../origin.ts'
import { requirePasswords } from '../password-rules.ts'
import { recordAudit } from '../record-audit.ts'
import { startSession, tokensFor } from '../sessions/start-session.ts'
import { anyUser, findUserByName, insertUser, lockRoles } from '../store/users.ts'

/** A new account, signed in. Throws `account_exists`, `registration_closed`, `password_sign_in_off`. */
export type Register = (input: Credentials, origin: Origin) => Promise<SessionTokens>

export function createRegister(
  parts: Pick<AuthDeps, 'db' | 'clock' | 'config' | 'passwords' | 'checkPassword' | 'sign'>,
  mailVerification: MailVerification,
): Register {
  const { db, clock, config, passwords } = parts
  const closed = (): Failure => new Failure('registration_closed', 'Ask an administrator for an account.')

  return async ({ email, username, password }, origin) => {
    requirePasswords(config)
    if (config.verifyEmail && email === undefined && (await anyUser(db))) throw addressNeeded()
    const names = {
      email: email === undefined ? null : normaliseEmail(email),
      username: username ?? null,
      usernameKey: username === undefined ? null : usernameKeyOf(username),
    }
    await parts.checkPassword(password)
    // Both are decided again below, where they count; here they save 20 ms of hashing. Asked when its turn has come: a
    // crowd that is turned away costs the database nothing.
    const mayBeFree = async (): Promise<void> => {
      if (config.registration === 'first' && (await anyUser(db))) throw closed()
      if (names.email !== null && (await findUserByName(db, { email: names.email }))) throw taken('email')
      if (names.usernameKey !== null && (await findUserByName(db, { usernameKey: names.usernameKey }))) {
        throw taken('username')
      }
    }
    const passwordHash = await passwords.hash(password, laneOf('register', origin), mayBeFree)
    const id = uuidv7()
    const { account, session } = await db
      .transaction(async (tx) => {
        await lockRoles(tx)
        const first = !(await anyUser(tx))
        if (!first && config.registration === 'first') throw closed()
        // Whoever runs the installation is not asked: without mail that works nobody could be let in.
        const verifies = config.verifyEmail && !first
        const role: Role = first ? 'admin' : verifies ? 'viewer' : 'user'
        if (verifies && names.email === null) throw addressNeeded()
        const at = clock.now()
        const roleWhenVerified = verifies ? ('user' as const) : null
        await insertUser(tx, { id, ...names, passwordHash, role, roleWhenVerified, at, lastLoginAt: at })
        if (verifies && names.email !== null) await mailVerification(tx, id, names.email, at)
        await recordAudit(
          tx,
          at,
          {
            action: 'account.register',
            actorId: id,
            targetId: id,
            details: { role },
            words: { email: names.email, username: names.username },
          },
          origin,
        )
        return {
          account: { id, email: names.email, username: names.username, role, createdAt: at },
          session: await startSession(tx, parts, id, origin),
        }
      })
      .catch((error: unknown) => {
        throw error instanceof UniqueViolation ? takenBy(error) : error
      })
    return tokensFor(parts, account, session, 'User registered successfully')
  }
}

function addressNeeded(): Failure {
  const message = 'is needed: a link is mailed to it'
  return new Failure('invalid_request', `email: ${message}.`, { errors: [{ path: 'email', message }] })
}

export function taken(field: 'email' | 'username'): Failure {
  return new Failure('account_exists', `An account with this ${field} exists.`, {
    errors: [{ path: field, message: 'is taken' }],
  })
}

/** Which name a refused row had in common with another. */
export function takenBy(violation: UniqueViolation): Failure {
  return taken(violation.constraint === 'users_email_key' ? 'email' : 'username')
}
