import { Failure, type Identities, type Identity, type ProviderFinish } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import { UniqueViolation } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import type { AuthDeps } from '../deps.ts'
import type { Origin } from '../origin.ts'
import { recordAudit } from '../record-audit.ts'
import {
  deleteIdentity,
  findIdentity,
  type IdentityRow,
  insertIdentity,
  listIdentities,
} from '../store/identities.ts'
import { sessionLives } from '../store/sessions.ts'
import { findUser, lockUser } from '../store/users.ts'
import { comeBack } from './come-back.ts'
import type { Providers } from './providers.ts'
import type { ProviderParts } from './start-sign-in.ts'

/** More than anybody has. */
const mostIdentities = 50

/**
 * Links the provider's account that signed in to the one that began it; again is no failure. Throws what coming back
 * throws, `conflict` where it signs in to another account.
 */
export type FinishLink = (
  principal: Principal,
  providerId: string,
  input: ProviderFinish,
  origin: Origin,
) => Promise<Identity>

export function createFinishLink(parts: ProviderParts): FinishLink {
  const { db, clock, providers } = parts
  return async ({ userId }, providerId, input, origin) => {
    const { row, person } = await comeBack(parts, providerId, input)
    const begunBySession = row.sessionId !== null && (await sessionLives(db, row.sessionId))
    if (row.userId !== userId || !begunBySession) {
      throw new Failure(
        'challenge_expired',
        'Another account, or a session that ended, began this. Begin anew.',
      )
    }
    const linking = db.transaction(async (tx): Promise<IdentityRow> => {
      if ((await lockUser(tx, userId)) === null) throw new Failure('token_invalid', 'This account is gone.')
      const known = await findIdentity(tx, person)
      if (known !== null && known.userId !== userId) throw taken()
      if (known !== null) return known
      if ((await listIdentities(tx, userId)).length >= mostIdentities) {
        throw new Failure('conflict', `An account can have ${mostIdentities} links.`)
      }
      const at = clock.now()
      const { issuer, subject, email } = person
      const made = { id: uuidv7(), userId, issuer, subject, email, createdAt: at, lastUsedAt: null }
      await insertIdentity(tx, made)
      const deed = { action: 'identity.link', actorId: userId, targetId: made.id } as const
      await recordAudit(tx, at, { ...deed, details: { provider: providerId, by: 'session' } }, origin)
      return made
    })
    const linked = await linking.catch((error: unknown) => {
      throw error instanceof UniqueViolation ? taken() : error
    })
    return viewOf(linked, providers)
  }
}

const taken = (): Failure =>
  new Failure('conflict', 'It signs in to another account here already. Take the link off there first.')

/** What signs in to the caller's account. */
export type ListIdentities = (principal: Principal) => Promise<Identities>

export function createListIdentities({
  db,
  config,
  providers,
}: Pick<AuthDeps, 'db' | 'config'> & { providers: Providers }): ListIdentities {
  return async ({ userId }) => {
    const rows = await listIdentities(db, userId)
    const hash = (await findUser(db, userId))?.passwordHash ?? null
    return {
      identities: rows.slice(0, mostIdentities).map((row) => viewOf(row, providers)),
      password: hash !== null && config.passwordSignIn,
      passwords: config.passwordSignIn,
    }
  }
}

/** Takes a link off the caller's account. Throws `not_found`, `last_way_in` where nothing else signs in. */
export type Unlink = (principal: Principal, id: string, origin: Origin) => Promise<void>

export function createUnlink({
  db,
  clock,
  config,
  providers,
}: Pick<AuthDeps, 'db' | 'clock' | 'config'> & { providers: Providers }): Unlink {
  return async ({ userId }, id, origin) => {
    await db.transaction(async (tx) => {
      const user = await lockUser(tx, userId)
      const all = await listIdentities(tx, userId)
      const row = all.find((each) => each.id === id)
      if (user === null || row === undefined) throw new Failure('not_found')
      const byPassword = user.passwordHash !== null && config.passwordSignIn
      const byAnother = all.some((each) => each.id !== id && providers.ofIssuer(each.issuer) !== null)
      if (!byPassword && !byAnother) {
        const detail = config.passwordSignIn
          ? 'Nothing else signs in to this account. Set a password first, or link another provider.'
          : 'Nothing else signs in to this account. Link another provider first.'
        throw new Failure('last_way_in', detail)
      }
      await deleteIdentity(tx, id)
      const details = { provider: providers.ofIssuer(row.issuer)?.id ?? null }
      const deed = { action: 'identity.unlink', actorId: userId, targetId: id, details } as const
      await recordAudit(tx, clock.now(), deed, origin)
    })
  }
}

function viewOf(row: IdentityRow, providers: Providers): Identity {
  return {
    id: row.id,
    provider: providers.ofIssuer(row.issuer),
    email: row.email,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  }
}
