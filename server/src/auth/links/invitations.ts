import {
  type CreatedInvitation,
  Failure,
  type Invitation,
  type InvitationAccept,
  type InvitationRequest,
  type Language,
  type Page,
  type SessionTokens,
} from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import { UniqueViolation } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { cursorOf, pageOf } from '../../platform/page.ts'
import { takenBy } from '../accounts/register.ts'
import type { AuthDeps } from '../deps.ts'
import type { PostOffice } from '../mail/post-office.ts'
import { normaliseEmail, usernameKeyOf } from '../names.ts'
import { laneOf, type Origin } from '../origin.ts'
import { requirePasswords } from '../password-rules.ts'
import { recordAudit } from '../record-audit.ts'
import { startSession, tokensFor } from '../sessions/start-session.ts'
import {
  countInvitations,
  deleteInvitation,
  deleteInvitationOf,
  findLink,
  insertLink,
  type LinkRow,
  listInvitations,
  lockLink,
} from '../store/links.ts'
import { findUser, findUserByName, insertUser, lockRoles } from '../store/users.ts'
import { inviteDays, newLink, opens, readLink, urlOf } from './link.ts'
import { invalid } from './reset-password.ts'

const mostInvitations = 1_000
const dayMs = 86_400_000

/**
 * Invites an address to an account of a role; an earlier invitation of it is void. The link is mailed, or given in the
 * answer where the installation sends no e-mail. Throws `account_exists`, `conflict` for one too many.
 */
export type Invite = (
  principal: Principal,
  request: InvitationRequest,
  origin: Origin,
) => Promise<CreatedInvitation>

export function createInvite(
  { db, clock, config }: Pick<AuthDeps, 'db' | 'clock' | 'config'>,
  post: PostOffice,
  publicUrl: string,
): Invite {
  const view = viewIn(config.defaultLanguage)
  return async (principal, { email: given, role, language: wished }, origin) => {
    requirePasswords(config)
    const email = normaliseEmail(given)
    const { id, token, hash } = newLink()
    const made = await db.transaction(async (tx): Promise<CreatedInvitation> => {
      await lockRoles(tx)
      if ((await findUserByName(tx, { email })) !== null) {
        throw new Failure('account_exists', 'An account with this email exists.')
      }
      await deleteInvitationOf(tx, email)
      if ((await countInvitations(tx)) >= mostInvitations) {
        throw new Failure('conflict', `There can be ${mostInvitations} open invitations.`)
      }
      const at = clock.now()
      const expiresAt = new Date(at.getTime() + inviteDays * dayMs)
      const inviter = wished === undefined ? await findUser(tx, principal.userId) : null
      const row = {
        id,
        kind: 'invite' as const,
        userId: null,
        email,
        role,
        language: wished ?? inviter?.language ?? config.defaultLanguage,
        hash,
        createdAt: at,
        expiresAt,
      }
      await insertLink(tx, row)
      if (post.isOpen) await post.post(tx, { kind: 'invite', email, linkId: id })
      const deed = { action: 'invitation.create', actorId: principal.userId, targetId: id } as const
      await recordAudit(tx, at, { ...deed, details: { role } }, origin)
      return { ...view(row), url: post.isOpen ? null : urlOf(publicUrl, 'invite', token) }
    })
    post.wake()
    return made
  }
}

/** Invitations that nobody has accepted, newest first. */
export function createListInvitations({ db, clock, config }: Pick<AuthDeps, 'db' | 'clock' | 'config'>) {
  const view = viewIn(config.defaultLanguage)
  return async (query: { cursor?: string | undefined; limit: number }): Promise<Page<Invitation>> => {
    const filter = { before: cursorOf(query), limit: query.limit + 1, at: clock.now() }
    return pageOf(await listInvitations(db, filter), query.limit, view)
  }
}

/** Takes an invitation back. Throws `not_found`. */
export function createTakeBackInvitation({ db, clock }: Pick<AuthDeps, 'db' | 'clock'>) {
  return async (principal: Principal, id: string, origin: Origin): Promise<void> => {
    await db.transaction(async (tx) => {
      if ((await deleteInvitation(tx, id)) === null) throw new Failure('not_found')
      const deed = { action: 'invitation.delete', actorId: principal.userId, targetId: id } as const
      await recordAudit(tx, clock.now(), deed, origin)
    })
  }
}

/** Makes the account that an invitation is for, and signs in. Throws `link_invalid`, `account_exists`. */
export type AcceptInvitation = (input: InvitationAccept, origin: Origin) => Promise<SessionTokens>

export function createAcceptInvitation(
  parts: Pick<AuthDeps, 'db' | 'clock' | 'config' | 'passwords' | 'checkPassword' | 'sign'>,
): AcceptInvitation {
  const { db, clock, config, passwords, checkPassword } = parts
  return async ({ token, username, password }, origin) => {
    requirePasswords(config)
    const presented = readLink(token)
    const check = async (): Promise<void> => {
      const row = presented === null ? null : await findLink(db, presented.lookup)
      if (presented === null || !opens(row, presented, clock.now()) || row.kind !== 'invite') throw invalid()
    }
    await check()
    await checkPassword(password)
    const passwordHash = await passwords.hash(password, laneOf('register', origin), check)
    const id = uuidv7()
    const { account, session } = await db
      .transaction(async (tx) => {
        await lockRoles(tx)
        const at = clock.now()
        const row = presented === null ? null : await lockLink(tx, presented.lookup, 'invite', at)
        if (presented === null || !opens(row, presented, at)) throw invalid()
        const { email, role } = row
        if (email === null || role === null) throw invalid()
        const names = {
          email,
          username: username ?? null,
          usernameKey: username === undefined ? null : usernameKeyOf(username),
        }
        // Proven by who opened a link that was mailed to it, and given to nobody else.
        const emailVerifiedAt = row.mailed ? at : null
        const language = origin.language ?? row.language
        const account = { id, ...names, passwordHash, emailVerifiedAt, role, language, at, lastLoginAt: at }
        await insertUser(tx, account)
        await deleteInvitation(tx, row.id)
        const details = { role, invited: true }
        await recordAudit(tx, at, { action: 'account.register', actorId: id, targetId: id, details }, origin)
        const session = await startSession(tx, parts, id, origin)
        return { account: { id, email, username: names.username, role, createdAt: at }, session }
      })
      .catch((error: unknown) => {
        throw error instanceof UniqueViolation ? takenBy(error) : error
      })
    return tokensFor(parts, account, session, 'User registered successfully')
  }
}

/** In a language that an older version of the service did not ask for, it is as configured. */
function viewIn(otherwise: Language) {
  return (row: Omit<LinkRow, 'mailed'>): Invitation => {
    const { id, email, role, language, createdAt, expiresAt } = row
    if (email === null || role === null) throw new Error('an invitation has an address and a role')
    return {
      id,
      email,
      role,
      language: language ?? otherwise,
      createdAt: createdAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
    }
  }
}
