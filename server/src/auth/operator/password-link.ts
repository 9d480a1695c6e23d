import { type AccountLink, Failure } from '@rendition/contract'
import { urlOf } from '../links/link.ts'
import { issueResetLink } from '../links/reset-password.ts'
import { loginNameOf } from '../names.ts'
import { recordAudit } from '../record-audit.ts'
import { findUserByName, lockUser } from '../store/users.ts'
import type { OperatorParts } from './index.ts'
import { commandLine } from './origin.ts'

/** A link by which the owner of an account sets a new password. Throws `not_found`. */
export type MakePasswordLinkByName = (name: string, publicUrl: string) => Promise<AccountLink>

export function createMakePasswordLinkByName({
  db,
  clock,
}: Pick<OperatorParts, 'db' | 'clock'>): MakePasswordLinkByName {
  return async (name, publicUrl) => {
    const gone = () => new Failure('not_found', `There is no account ${name}.`)
    const user = await findUserByName(db, loginNameOf(name))
    if (user === null) throw gone()
    return db.transaction(async (tx) => {
      if ((await lockUser(tx, user.id)) === null) throw gone()
      const at = clock.now()
      const { token, expiresAt } = await issueResetLink(tx, user.id, at)
      const deed = { action: 'user.password-link', actorId: null, targetId: user.id } as const
      await recordAudit(tx, at, deed, commandLine)
      return { url: urlOf(publicUrl, 'reset', token), expiresAt: expiresAt.toISOString() }
    })
  }
}
