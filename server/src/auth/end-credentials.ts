import type { Transaction } from '../platform/database/port.ts'
import { deleteChallengesOf } from './store/challenges.ts'
import { deleteKeysOf } from './store/keys.ts'
import { deleteLinksOf } from './store/links.ts'
import { deleteProviderSignInsOf } from './store/provider-sign-ins.ts'
import type { NewRevocation } from './store/revocations.ts'
import { type RevocationReason, revokeSessions } from './store/sessions.ts'

/**
 * Ends an account's sessions and API keys; hold its lock (`lockUser`), under which new ones are made. `kept` spares the
 * session that asks, and the keys that a session made: one that a key made goes in any case, or whoever once held a key
 * would have another after the password was changed. Gives what is to be told to the verifiers.
 */
export async function endCredentials(
  tx: Transaction,
  userId: string,
  because: RevocationReason,
  at: Date,
  kept: { session: string | null; keys: boolean } = { session: null, keys: false },
): Promise<NewRevocation[]> {
  await deleteChallengesOf(tx, userId)
  await deleteLinksOf(tx, userId)
  await deleteProviderSignInsOf(tx, userId)
  const sessions = await revokeSessions(tx, { userId, except: kept.session }, because, at)
  const keys = await deleteKeysOf(tx, userId, { onlyMadeByKeys: kept.keys })
  return [
    ...sessions.map((subject) => ({ kind: 'session' as const, subject })),
    ...keys.map((subject) => ({ kind: 'key' as const, subject })),
  ]
}
