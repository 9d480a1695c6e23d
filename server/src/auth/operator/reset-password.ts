import { Failure } from '@rendition/contract'
import { endCredentials } from '../end-credentials.ts'
import { loginNameOf } from '../names.ts'
import { recordAudit } from '../record-audit.ts'
import { insertRevocations } from '../store/revocations.ts'
import { findUserByName, lockUser, updateUser } from '../store/users.ts'
import type { OperatorParts } from './index.ts'
import { commandLine, operatorLane } from './origin.ts'

/**
 * Gives an account a new password and ends its sessions and API keys; running processes know within seconds. Tells how
 * many were ended, and whether the account is disabled (which stays). Throws `not_found`, `invalid_request`.
 */
export type ResetPassword = (name: string, password: string) => Promise<{ ended: number; disabled: boolean }>

export function createResetPassword({ db, clock, passwords, checkPassword }: OperatorParts): ResetPassword {
  return async (name, password) => {
    const user = await findUserByName(db, loginNameOf(name))
    if (user === null) throw new Failure('not_found', `There is no account ${name}.`)
    await checkPassword(password)
    const passwordHash = await passwords.hash(password, operatorLane)
    return db.transaction(async (tx) => {
      const current = await lockUser(tx, user.id)
      if (current === null) throw new Failure('not_found', `There is no account ${name}.`)
      const at = clock.now()
      await updateUser(tx, user.id, { passwordHash }, at)
      const ended = await endCredentials(tx, user.id, 'password', at)
      await insertRevocations(tx, ended)
      const deed = { actorId: null, targetId: user.id, details: { fields: ['password'] } }
      await recordAudit(tx, at, { action: 'user.change', ...deed }, commandLine)
      return { ended: ended.length, disabled: current.disabledAt !== null }
    })
  }
}
