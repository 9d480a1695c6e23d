import type { Provider, Registration } from '@rendition/contract'
import type { AuthDeps } from '../deps.ts'
import { anyUser } from '../store/users.ts'

/** Whether an account can be made now, and whether it would be the first: what a page tells a visitor beforehand. */
export type ShowRegistration = () => Promise<Registration>

export function createShowRegistration(
  { db, config }: Pick<AuthDeps, 'db' | 'config'>,
  { mails, providers }: { mails: boolean; providers: readonly Provider[] },
): ShowRegistration {
  return async () => {
    const first = !(await anyUser(db))
    const { passwordSignIn: passwords, passwordLength, registration } = config
    const open = passwords && (first || registration === 'open')
    const verifies = config.verifyEmail
    return {
      open,
      first,
      mails: mails && passwords,
      verifies,
      passwords,
      passwordLength,
      providers: [...providers],
    }
  }
}
