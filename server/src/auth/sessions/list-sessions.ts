import type { Page, PageQuery, Session } from '@rendition/contract'
import type { Principal } from '../../platform/http/principal.ts'
import { cursorOf, pageOf } from '../../platform/page.ts'
import type { AuthDeps } from '../deps.ts'
import { listSessions } from '../store/sessions.ts'
import { sessionView } from '../views.ts'

/** The caller's signed-in devices, newest first. */
export type ListSessions = (principal: Principal, query: PageQuery) => Promise<Page<Session>>

export function createListSessions({ db, clock }: Pick<AuthDeps, 'db' | 'clock'>): ListSessions {
  return async (principal, query) => {
    const rows = await listSessions(db, {
      userId: principal.userId,
      before: cursorOf(query),
      limit: query.limit + 1,
      at: clock.now(),
    })
    return pageOf(rows, query.limit, (row) => sessionView(row, principal.sessionId))
  }
}
