import { randomBytes } from 'node:crypto'
import { type ApiKeyRequest, type CreatedApiKey, Failure } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import type { Transaction } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import type { AuthDeps } from '../deps.ts'
import type { Origin } from '../origin.ts'
import { recordAudit } from '../record-audit.ts'
import { mintToken } from '../secret-token.ts'
import { countKeysOf, findKey, insertKey } from '../store/keys.ts'
import { sessionLives } from '../store/sessions.ts'
import { lockUser } from '../store/users.ts'
import { keyView } from '../views.ts'

/** Enough for every device and script of one account; a limit keeps a runaway script from filling the table. */
const keysPerUser = 100

/**
 * A new API key; the answer is the only time its secret is shown. It can hold no scope that the caller lacks, and one
 * made by a key ends with that key, at its expiry or at its end.
 * Throws `insufficient_scope`, `invalid_request`, `conflict` for one key too many.
 */
export type MintKey = (principal: Principal, request: ApiKeyRequest, origin: Origin) => Promise<CreatedApiKey>

export function createMintKey({ db, clock }: Pick<AuthDeps, 'db' | 'clock'>): MintKey {
  return async (principal, request, origin) => {
    const scopes = [...new Set(request.scopes)]
    const lacking = scopes.find((scope) => !principal.scopes.has(scope))
    if (lacking !== undefined) {
      throw new Failure('insufficient_scope', `You cannot give the scope ${lacking} without holding it.`)
    }
    const at = clock.now()
    const expiresAt = expiryOf(principal, request, at)
    const { token, lookup, hash } = mintToken('rnk', randomBytes(8).toString('hex'))
    const { userId, keyId: madeBy } = principal
    const key = { id: uuidv7(), name: request.name, lookup, scopes, createdAt: at, expiresAt }
    await db.transaction(async (tx) => {
      // Also makes the count below exact, and waits for whoever is ending the account's keys: one at a time.
      if ((await lockUser(tx, userId)) === null) throw new Failure('token_invalid', 'This account is gone.')
      if (!(await credentialLives(tx, principal))) {
        throw new Failure('token_invalid', 'The credential of this request has ended.')
      }
      if ((await countKeysOf(tx, userId)) >= keysPerUser) {
        throw new Failure('conflict', `An account can have ${keysPerUser} API keys.`)
      }
      await insertKey(tx, { ...key, userId, hash, madeBy })
      await recordAudit(
        tx,
        at,
        {
          action: 'key.create',
          actorId: userId,
          targetId: key.id,
          details: { scopes, madeBy, expiresAt },
          words: { name: request.name },
        },
        origin,
      )
    })
    return { ...keyView({ ...key, lastUsedAt: null }), key: token }
  }
}

/** When the new key ends: as asked, and never after the key that makes it. */
function expiryOf(principal: Principal, request: ApiKeyRequest, now: Date): Date | null {
  const most = principal.keyId === null ? null : principal.expiresAt
  if (request.expiresAt === null) return most
  const asked = new Date(request.expiresAt)
  if (asked <= now) throw badExpiry('must be in the future')
  if (most !== null && asked > most) throw badExpiry('must not be after the end of the key that makes it')
  return asked
}

function badExpiry(message: string): Failure {
  return new Failure('invalid_request', undefined, { errors: [{ path: 'expiresAt', message }] })
}

/** Whether what the caller was known by has not been ended since. Hold the account's lock. */
async function credentialLives(tx: Transaction, { sessionId, keyId }: Principal): Promise<boolean> {
  if (keyId !== null) return (await findKey(tx, keyId)) !== null
  return sessionId !== null && (await sessionLives(tx, sessionId))
}
