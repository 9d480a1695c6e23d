import type { Role } from '@rendition/contract'
import { loginNameOf } from '../names.ts'
import { findImportedUser } from '../store/imported-users.ts'
import { findUser, findUserByName } from '../store/users.ts'
import type { OperatorParts } from './index.ts'

/** The account behind an e-mail, an id of an older stack, or a username, looked for in this order; null when there is none. */
export type FindAccount = (name: string) => Promise<{ id: string; role: Role } | null>

export function createFindAccount({ db }: Pick<OperatorParts, 'db'>): FindAccount {
  return async (name) => {
    if (name.includes('@')) return findUserByName(db, loginNameOf(name))
    const id = await findImportedUser(db, name)
    return id === null ? findUserByName(db, loginNameOf(name)) : findUser(db, id)
  }
}
