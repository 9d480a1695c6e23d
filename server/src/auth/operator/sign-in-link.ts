import { type AccountLink, Failure } from '@rendition/contract'
import { urlOf } from '../links/link.ts'
import { issueSignInLink } from '../links/sign-in-link.ts'
import { loginNameOf } from '../names.ts'
import { recordAudit } from '../record-audit.ts'
import { findUserByName, lockUser } from '../store/users.ts'
import type { OperatorParts } from './index.ts'
import { commandLine } from './origin.ts'

/** A link that signs in once: the way back where no provider answers and passwords do not sign in. Throws `not_found`. */
export type MakeSignInLink = (name: string, publicUrl: string) => Promise<AccountLink>

export function createMakeSignInLink({ db, clock }: Pick<OperatorParts, 'db' | 'clock'>): MakeSignInLink {
  return async (name, publicUrl) => {
    const gone = () => new Failure('not_found', `There is no account ${name}.`)
    const user = await findUserByName(db, loginNameOf(name))
    if (user === null) throw gone()
    return db.transaction(async (tx) => {
      const held = await lockUser(tx, user.id)
      if (held === null) throw gone()
      if (held.disabledAt !== null) throw new Failure('forbidden', `The account ${name} is disabled.`)
      const at = clock.now()
      const { token, expiresAt } = await issueSignInLink(tx, user.id, at)
      const deed = { action: 'user.sign-in-link', actorId: null, targetId: user.id } as const
      await recordAudit(tx, at, deed, commandLine)
      return { url: urlOf(publicUrl, 'sign-in', token), expiresAt: expiresAt.toISOString() }
    })
  }
}
