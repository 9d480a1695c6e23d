import { type AccountLink, Failure } from '@rendition/contract'
import { issueLink } from '../links/issue-link.ts'
import { urlOf } from '../links/link.ts'
import { loginNameOf } from '../names.ts'
import { recordAudit } from '../record-audit.ts'
import { findUserByName, lockUser } from '../store/users.ts'
import type { OperatorParts } from './index.ts'
import { commandLine } from './origin.ts'

/** A link for the owner of an account, by the account's name. Throws `not_found`. */
export type MakeLinkByName = (name: string, publicUrl: string) => Promise<AccountLink>

const actions = { reset: 'user.password-link', 'sign-in': 'user.sign-in-link' } as const

/**
 * `reset` sets a new password. `sign-in` signs in once: the way back where no provider answers and passwords do not sign in;
 * of a disabled account it is refused (`forbidden`).
 */
export function createMakeLink(
  { db, clock }: Pick<OperatorParts, 'db' | 'clock'>,
  kind: keyof typeof actions,
): MakeLinkByName {
  return async (name, publicUrl) => {
    const gone = () => new Failure('not_found', `There is no account ${name}.`)
    const user = await findUserByName(db, loginNameOf(name))
    if (user === null) throw gone()
    return db.transaction(async (tx) => {
      const held = await lockUser(tx, user.id)
      if (held === null) throw gone()
      if (kind === 'sign-in' && held.disabledAt !== null)
        throw new Failure('forbidden', `The account ${name} is disabled.`)
      const at = clock.now()
      const { token, expiresAt } = await issueLink(tx, user.id, kind, at)
      await recordAudit(tx, at, { action: actions[kind], actorId: null, targetId: user.id }, commandLine)
      return { url: urlOf(publicUrl, kind, token), expiresAt: expiresAt.toISOString() }
    })
  }
}
