import { NetworkError } from '@rendition/client'
import type { Account } from '../state/accounts.ts'
import { explainError } from '../state/explain-error.ts'
import { notify } from '../state/notices.ts'

const serviceUntold =
  'You are signed out here, but the service could not be told: the session stays in the list of your devices until it ends by itself.'

/** Everything of the account leaves the page at once, whether or not the service can be told. */
export async function signOut(account: Account): Promise<void> {
  try {
    await account.signOut()
  } catch (error) {
    const untold = error instanceof NetworkError ? ` ${serviceUntold}` : ''
    notify({ kind: 'fault', text: `${explainError(error)}${untold}`, forMs: 12_000 })
  }
}
