import { Failure } from '@rendition/contract'
import { loginNameOf } from '../names.ts'
import { recordAudit } from '../record-audit.ts'
import { deleteTwoStep } from '../store/two-step.ts'
import { findUserByName, lockUser } from '../store/users.ts'
import type { OperatorParts } from './index.ts'
import { commandLine } from './origin.ts'

/** Takes the second step off an account; false when it was not on. Throws `not_found`. */
export type TakeOffTwoStepByName = (name: string) => Promise<boolean>

export function createTakeOffTwoStepByName({
  db,
  clock,
}: Pick<OperatorParts, 'db' | 'clock'>): TakeOffTwoStepByName {
  return async (name) => {
    const user = await findUserByName(db, loginNameOf(name))
    if (user === null) throw new Failure('not_found', `There is no account ${name}.`)
    return db.transaction(async (tx) => {
      await lockUser(tx, user.id)
      if (!(await deleteTwoStep(tx, user.id))) return false
      const deed = { action: 'two-step.off', actorId: null, targetId: user.id } as const
      await recordAudit(tx, clock.now(), deed, commandLine)
      return true
    })
  }
}
