import { credentialsSchema } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import { type Transaction, UniqueViolation } from '../../platform/database/port.ts'
import { bcryptFault } from '../bcrypt.ts'
import { normaliseEmail, usernameKeyOf } from '../names.ts'
import { recordAudit } from '../record-audit.ts'
import { findImportedUser, insertImportedUser } from '../store/imported-users.ts'
import { findUserByName, insertUser, lockRoles } from '../store/users.ts'
import type { OperatorParts } from './index.ts'
import { commandLine } from './origin.ts'

/** An account of an older stack. */
export interface OldUser {
  oldId: string
  email: string | null
  username: string | null
  /** Of bcrypt: whoever knows the password signs in with it. */
  passwordHash: string | null
  createdAt: Date | null
}

export type ImportedUser =
  /** `note` says what was left out. */
  | { is: 'imported'; note: string | null }
  /** By an earlier run. */
  | { is: 'known' }
  /** Its names are an account's that was not taken over; with `adopt`, the old id stands for that account now. */
  | { is: 'exists'; adopted: boolean }
  | { is: 'refused'; why: string }

export interface ImportUserHow {
  adopt: boolean
  /** Judges and writes nothing. */
  dryRun: boolean
}

/** Makes an account of one of an older stack, with the password it had. Repeatable. */
export type ImportUser = (old: OldUser, how: ImportUserHow) => Promise<ImportedUser>

interface Names {
  email: string | null
  username: string | null
}

export function createImportUser({ db, clock }: Pick<OperatorParts, 'db' | 'clock'>): ImportUser {
  async function importUser(tx: Transaction, old: OldUser, how: ImportUserHow): Promise<ImportedUser> {
    // As in registering: whoever comes at the same moment must not see itself as the first.
    await lockRoles(tx)
    if ((await findImportedUser(tx, old.oldId)) !== null) return { is: 'known' }
    const names = namesOf(old)
    if ('why' in names) return { is: 'refused', why: names.why }
    const { email } = names
    const usernameKey = names.username === null ? null : usernameKeyOf(names.username)
    const byName = usernameKey === null ? null : await findUserByName(tx, { usernameKey })
    const existing = email === null ? byName : await findUserByName(tx, { email })
    if (existing !== null) {
      if (how.adopt && !how.dryRun) await insertImportedUser(tx, old.oldId, existing.id)
      return { is: 'exists', adopted: how.adopt }
    }
    const fault = old.passwordHash === null ? 'is missing' : bcryptFault(old.passwordHash)
    if (fault !== null || old.passwordHash === null) return { is: 'refused', why: `password: ${fault}` }
    const isTaken = byName !== null
    const note = isTaken ? `the username ${names.username} is taken` : names.note
    if (how.dryRun) return { is: 'imported', note }
    const id = uuidv7()
    const now = clock.now()
    await insertUser(tx, {
      id,
      email,
      username: isTaken ? null : names.username,
      usernameKey: isTaken ? null : usernameKey,
      passwordHash: old.passwordHash,
      role: 'user',
      at: old.createdAt ?? now,
      lastLoginAt: null,
    })
    await insertImportedUser(tx, old.oldId, id)
    const details = { role: 'user', imported: true }
    await recordAudit(
      tx,
      now,
      { action: 'account.register', actorId: null, targetId: id, details },
      commandLine,
    )
    return { is: 'imported', note }
  }

  return (old, how) =>
    db
      .transaction((tx) => importUser(tx, old, how))
      .catch((error: unknown) => {
        // Of an account that is being erased: its names are taken to the end.
        if (error instanceof UniqueViolation) return { is: 'exists', adopted: false }
        throw error
      })
}

/** The names that an account may have here; one without an e-mail needs a username. */
function namesOf({ email, username }: OldUser): (Names & { note: string | null }) | { why: string } {
  const judged = (names: { email?: string; username?: string }): string | null => {
    const [issue] = credentialsSchema.safeParse({ ...names, password: '-' }).error?.issues ?? []
    return issue === undefined ? null : `${issue.path.join('.')}: ${issue.message}`
  }
  const fault = username === null ? null : judged({ username })
  if (email === null) {
    if (username === null) return { why: 'it has neither an e-mail nor a username' }
    return fault === null ? { email: null, username: username.normalize('NFKC'), note: null } : { why: fault }
  }
  const normal = normaliseEmail(email)
  const why = judged({ email: normal })
  if (why !== null) return { why }
  return fault === null
    ? { email: normal, username: username?.normalize('NFKC') ?? null, note: null }
    : { email: normal, username: null, note: `the name ${username} is no username here` }
}
