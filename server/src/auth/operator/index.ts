import { systemClock } from '../../platform/clock.ts'
import type { Database } from '../../platform/database/port.ts'
import type { AuthConfig } from '../config.ts'
import type { AuthDeps } from '../deps.ts'
import { createPasswordRules } from '../password-rules.ts'
import { createPasswords } from '../passwords.ts'
import { type CreateAccount, createCreateAccount } from './create-account.ts'
import { createFindAccount, type FindAccount } from './find-account.ts'
import { createImportUser, type ImportUser } from './import-user.ts'
import { createMakeLink, type MakeLinkByName } from './make-link.ts'
import { createResetPassword, type ResetPassword } from './reset-password.ts'
import { createTakeOffTwoStepByName, type TakeOffTwoStepByName } from './take-off-two-step.ts'

export type { ImportedUser, OldUser } from './import-user.ts'

/** What whoever runs the installation does to accounts from its command line, without being signed in. */
export interface Operator {
  createAccount: CreateAccount
  findAccount: FindAccount
  importUser: ImportUser
  resetPassword: ResetPassword
  takeOffTwoStep: TakeOffTwoStepByName
  makePasswordLink: MakeLinkByName
  makeSignInLink: MakeLinkByName
}

/** What the operator's deeds need: no signing key, for nobody is signed in. */
export type OperatorParts = Pick<AuthDeps, 'db' | 'clock' | 'passwords' | 'checkPassword'>

export function createOperator({ db, config }: { db: Database; config: AuthConfig }): Operator {
  const parts: OperatorParts = {
    db,
    clock: systemClock,
    passwords: createPasswords(config),
    checkPassword: createPasswordRules(config),
  }
  return {
    createAccount: createCreateAccount(parts),
    findAccount: createFindAccount(parts),
    importUser: createImportUser(parts),
    resetPassword: createResetPassword(parts),
    takeOffTwoStep: createTakeOffTwoStepByName(parts),
    makePasswordLink: createMakeLink(parts, 'reset'),
    makeSignInLink: createMakeLink(parts, 'sign-in'),
  }
}
