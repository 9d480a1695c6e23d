import { randomBytes } from 'node:crypto'
import { type ApiKeyRequest, type CreatedApiKey, Failure } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import { type Principal, requireScope } from '../../platform/http/principal.ts'
import type { Origin } from '../origin.ts'
import type { AuthParts } from '../parts.ts'
import { recordAudit } from '../record-audit.ts'
import { mintToken } from '../secret-token.ts'
import { countKeysOf, insertKey } from '../store/keys.ts'
import { lockUser } from '../store/users.ts'
import { keyView } from '../views.ts'

/** Enough for every device and script of one account; a limit keeps a runaway script from filling the table. */
const keysPerUser = 100

/**
 * A new API key; the answer is the only time its secret is shown. It can hold no scope that the caller lacks.
 * Throws `insufficient_scope`, `invalid_request`, `conflict` for one key too many.
 */
export type CreateKey = (
  principal: Principal,
  request: ApiKeyRequest,
  origin: Origin,
) => Promise<CreatedApiKey>

export function createCreateKey({ db, clock }: Pick<AuthParts, 'db' | 'clock'>): CreateKey {
  return async (principal, request, origin) => {
    requireScope(principal, 'account:manage')
    const scopes = [...new Set(request.scopes)]
    for (const scope of scopes) requireScope(principal, scope)
    const at = clock.now()
    const expiresAt = request.expiresAt === null ? null : new Date(request.expiresAt)
    if (expiresAt !== null && expiresAt <= at) {
      throw new Failure('invalid_request', 'expiresAt: must be in the future.', {
        errors: [{ path: 'expiresAt', message: 'must be in the future' }],
      })
    }
    const { token, lookup, hash } = mintToken('rnk', randomBytes(8).toString('hex'))
    const { userId } = principal
    const key = { id: uuidv7(), name: request.name, lookup, scopes, createdAt: at, expiresAt }
    await db.transaction(async (tx) => {
      // Also makes the count below exact: one key at a time.
      if ((await lockUser(tx, userId)) === null) throw new Failure('token_invalid', 'This account is gone.')
      if ((await countKeysOf(tx, userId)) >= keysPerUser) {
        throw new Failure('conflict', `An account can have ${keysPerUser} API keys.`)
      }
      await insertKey(tx, { ...key, userId, hash })
      await recordAudit(
        tx,
        at,
        { action: 'key.create', actorId: userId, targetId: key.id, details: { scopes } },
        origin,
      )
    })
    return { ...keyView({ ...key, lastUsedAt: null }), key: token }
  }
}
