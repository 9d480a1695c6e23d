import { Failure } from '@rendition/contract'
import type { AuthDeps } from './deps.ts'
import { laneOf, type Origin } from './origin.ts'
import { findUser } from './store/users.ts'

/**
 * Whether the caller knows the account's current password: guesses count as in signing in. Gives the hash that it was
 * proved against, to be compared under the account's lock. Throws `invalid_credentials`, `rate_limited`.
 */
export type ProvePassword = (userId: string, password: string, origin: Origin) => Promise<string | null>

export function createProvePassword({
  db,
  passwords,
  throttle,
}: Pick<AuthDeps, 'db' | 'passwords' | 'throttle'>): ProvePassword {
  return async (userId, password, origin) => {
    let known: string | null = null
    const find = async (): Promise<string | null> => {
      known = (await findUser(db, userId))?.passwordHash ?? null
      return known
    }
    const right = await passwords.verify(find, password, laneOf('change', origin), {
      admit: () => throttle.admit(userId, origin.address),
      settle: async (matches) => {
        if (!matches) await throttle.failed(userId, origin.address)
      },
    })
    if (!right) throw new Failure('invalid_credentials', 'The current password is wrong.')
    await throttle.succeeded(userId, origin.address)
    return known
  }
}
