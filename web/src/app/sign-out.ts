import { NetworkError } from '@rendition/client'
import { t } from '../languages/translate.ts'
import type { Account } from '../state/accounts.ts'
import { explainError } from '../state/explain-error.ts'
import { notify } from '../state/notices.ts'

/** Everything of the account leaves the page at once, whether or not the service can be told. */
export async function signOut(account: Account): Promise<void> {
  try {
    await account.signOut()
  } catch (error) {
    const why = explainError(error)
    notify({ kind: 'fault', text: error instanceof NetworkError ? untold(why) : why, forMs: 12_000 })
  }
}

const untold = (why: string): string =>
  t(
    '{why} You are signed out here, but the service could not be told: the session stays in the list of your devices until it ends by itself.',
    { why },
  )
