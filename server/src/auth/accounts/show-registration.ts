import type { Registration } from '@rendition/contract'
import type { AuthDeps } from '../deps.ts'
import { anyUser } from '../store/users.ts'

/** Whether an account can be made now, and whether it would be the first: what a page tells a visitor beforehand. */
export type ShowRegistration = () => Promise<Registration>

export function createShowRegistration(
  { db, config }: Pick<AuthDeps, 'db' | 'config'>,
  mails: boolean,
): ShowRegistration {
  return async () => {
    const first = !(await anyUser(db))
    return { open: first || config.registration === 'open', first, mails }
  }
}
