import { type AccountDetails, Failure } from '@rendition/contract'
import type { Principal } from '../../platform/http/principal.ts'
import type { AuthDeps } from '../deps.ts'
import { findUser } from '../store/users.ts'
import { accountView } from '../views.ts'

/** The caller's account as it is now, which may be newer than the token. */
export type ShowAccount = (principal: Principal) => Promise<AccountDetails>

export function createShowAccount({ db }: Pick<AuthDeps, 'db'>): ShowAccount {
  return async (principal) => {
    const user = await findUser(db, principal.userId)
    if (user === null) throw new Failure('token_invalid', 'This account is gone.')
    return accountView(user)
  }
}
