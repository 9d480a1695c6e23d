import { credentialsSchema, Failure, type Role } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import { UniqueViolation } from '../../platform/database/port.ts'
import { takenBy } from '../accounts/register.ts'
import { normaliseEmail, usernameKeyOf } from '../names.ts'
import { recordAudit } from '../record-audit.ts'
import { insertUser, lockRoles } from '../store/users.ts'
import type { OperatorParts } from './index.ts'
import { commandLine, operatorLane } from './origin.ts'

/**
 * A new account, by an email address or a username; also where registration is closed. Throws `account_exists`,
 * `invalid_request` for a name or password that registering would refuse.
 */
export type CreateAccount = (input: { name: string; password: string; role: Role }) => Promise<void>

export function createCreateAccount({ db, clock, passwords, checkPassword }: OperatorParts): CreateAccount {
  return async ({ name, password, role }) => {
    const given = name.includes('@') ? { email: name, password } : { username: name, password }
    const parsed = credentialsSchema.safeParse(given)
    if (!parsed.success) {
      const errors = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }))
      throw new Failure('invalid_request', undefined, { errors })
    }
    const { email, username } = parsed.data
    await checkPassword(password)
    const passwordHash = await passwords.hash(password, operatorLane)
    const id = uuidv7()
    await db
      .transaction(async (tx) => {
        // As in registering: whoever comes at the same moment must not see itself as the first.
        await lockRoles(tx)
        const at = clock.now()
        await insertUser(tx, {
          id,
          email: email === undefined ? null : normaliseEmail(email),
          username: username ?? null,
          usernameKey: username === undefined ? null : usernameKeyOf(username),
          passwordHash,
          role,
          at,
          lastLoginAt: null,
        })
        await recordAudit(
          tx,
          at,
          { action: 'account.register', actorId: null, targetId: id, details: { role } },
          commandLine,
        )
      })
      .catch((error: unknown) => {
        throw error instanceof UniqueViolation ? takenBy(error) : error
      })
  }
}
