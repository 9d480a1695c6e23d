import type { AdminStats, Role } from '@rendition/contract'
import type { AuthDeps } from '../deps.ts'
import { countKeys } from '../store/keys.ts'
import { countSessions } from '../store/sessions.ts'
import { countUsers } from '../store/users.ts'

/** What another room counts, by name: images, bytes and the like. */
export type CountImages = () => Promise<Record<string, number>>

/** How much there is of everything, for administrators. */
export function createShowStats({ db, clock }: Pick<AuthDeps, 'db' | 'clock'>, countImages: CountImages) {
  return async (): Promise<AdminStats> => {
    const at = clock.now()
    const [users, sessions, apiKeys, images] = await Promise.all([
      countUsers(db),
      countSessions(db, at),
      countKeys(db, at),
      countImages(),
    ])
    const byRole: Record<Role, number> = { admin: 0, user: 0, viewer: 0 }
    for (const { role, total } of users) byRole[role] = total
    const sum = (field: 'total' | 'disabled') => users.reduce((all, row) => all + row[field], 0)
    return { users: { total: sum('total'), disabled: sum('disabled'), byRole }, sessions, apiKeys, images }
  }
}
