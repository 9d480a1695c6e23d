import { createHmac } from 'node:crypto'
import type { JWK } from 'jose'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/database/port.ts'
import { type ErasureBook, noErasureBook } from '../platform/erasure/port.ts'
import type { Bus } from '../platform/events/port.ts'
import { type CreateLimiter, inMemory } from '../platform/limits/index.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import { createSigner, publicKeyOf } from './access-tokens.ts'
import { createChangeAccount } from './accounts/change-account.ts'
import { createDeleteAccount, eraseOwnerless } from './accounts/erase-account.ts'
import { followClaim } from './accounts/follow-claim.ts'
import { createLogIn } from './accounts/log-in.ts'
import { createRegister } from './accounts/register.ts'
import { createShowAccount } from './accounts/show-account.ts'
import { createShowRegistration } from './accounts/show-registration.ts'
import { createChangeUser } from './admin/change-user.ts'
import { createListActivity, createListAudit } from './admin/list-audit.ts'
import { type CountImages, createShowStats } from './admin/show-stats.ts'
import { createSignOutUser } from './admin/sign-out-user.ts'
import { createDeleteUser, createListUsers, createShowUser } from './admin/users.ts'
import type { AuthConfig } from './config.ts'
import type { AuthDeps, EraseOwned, OnAccountDeleted } from './deps.ts'
import { createDeleteKey } from './keys/delete-key.ts'
import { createListKeys, createShowCurrentKey } from './keys/list-keys.ts'
import { createMintKey } from './keys/mint-key.ts'
import { createComposeMail } from './links/compose-mail.ts'
import {
  createAcceptInvitation,
  createInvite,
  createListInvitations,
  createTakeBackInvitation,
} from './links/invitations.ts'
import { createAskPasswordReset, createMakePasswordLink, createResetByLink } from './links/reset-password.ts'
import { createShowLink } from './links/show-link.ts'
import { createMakeSignInLink, createSignInByLink } from './links/sign-in-link.ts'
import {
  createMailVerification,
  createResendVerification,
  createShowEmail,
  createVerifyEmail,
} from './links/verify-email.ts'
import { createPostOffice } from './mail/post-office.ts'
import { createChangeNotifications, createShowNotifications } from './notifications/notifications.ts'
import { createWatchQuotas } from './notifications/watch-quotas.ts'
import { createPasswordRules } from './password-rules.ts'
import { createPasswords } from './passwords.ts'
import { createProveOwner } from './prove-owner.ts'
import { createProvePassword } from './prove-password.ts'
import { createFinishProviderSignIn } from './providers/finish-sign-in.ts'
import { createFinishLink, createListIdentities, createUnlink } from './providers/link.ts'
import { createProviders } from './providers/providers.ts'
import { createStartLink, createStartProviderSignIn } from './providers/start-sign-in.ts'
import { createPrune } from './prune.ts'
import { createSealing } from './sealing.ts'
import { createLogOut, createRevokeSession } from './sessions/end-session.ts'
import { createListSessions } from './sessions/list-sessions.ts'
import { createRefresh } from './sessions/refresh.ts'
import { highestBcryptCost } from './store/imported-users.ts'
import { createCodeThrottle, createMailThrottle, createThrottle } from './throttle.ts'
import { createFinishSignIn } from './two-step/challenge.ts'
import {
  createConfirmTwoStep,
  createRenewRecoveryCodes,
  createSetUpTwoStep,
  createShowTwoStep,
} from './two-step/set-up.ts'
import { createSwitchOffTwoStep, createTakeOffTwoStep } from './two-step/switch-off.ts'
import type { Auth } from './types.ts'
import { createShowUsage, type HoldingsOf } from './usage/show-usage.ts'
import { revokedTopic } from './verify/revocation-watch.ts'
import { createVerifier } from './verify/verifier.ts'

export { type AccessClaims, generateSigningKey, type PublicKeys } from './access-tokens.ts'
export { holdAccount, isAccountOpen } from './accounts/erase-account.ts'
export type { CountImages } from './admin/show-stats.ts'
export { type AuthConfig, authConfigSchema } from './config.ts'
export type { EraseOwned, OnAccountDeleted } from './deps.ts'
export { createNoteFiles } from './notifications/note-files.ts'
export {
  createOperator,
  type ImportedUser,
  type OldUser,
  type Operator,
} from './operator/index.ts'
export { createPasswords, type Passwords } from './passwords.ts'
export { tryProvider } from './providers/try-provider.ts'
export { createDeeds } from './record-audit.ts'
export { namesOfAccounts, readQuota } from './store/users.ts'
export { createThrottle, type Throttle } from './throttle.ts'
export type { Auth } from './types.ts'
export { createUsageCounter, type UsageCounter } from './usage/counter.ts'
export type { HoldingsOf } from './usage/show-usage.ts'
export { createVerifier, type Verifier, type VerifierOptions } from './verify/verifier.ts'

export interface AuthOptions {
  db: Database
  /** Private Ed25519 JWK with a `kid`, from `generateSigningKey`. */
  signingKey: JWK
  /** Earlier keys whose tokens still live; their public halves suffice. */
  retiredKeys?: readonly JWK[]
  /** Of the installation's own secrets: seals what the database holds of second steps. */
  sealingSecret: string
  /** What links in mails begin with: scheme and host. */
  publicUrl: string
  config: AuthConfig
  clock: Clock
  log: Logger
  /** Makes revocations count at once in other processes; without it, within seconds. */
  bus?: Bus
  /** Counters that are shared between processes; without it each process counts for itself. */
  createLimiter?: CreateLimiter
  /** Removes what other rooms hold of a closed account; may be called again. */
  eraseOwned?: EraseOwned
  /** Rows of other rooms that go in one transaction with the account. */
  onAccountDeleted?: OnAccountDeleted
  /** What is destroyed with an account is written down here. */
  erasures?: ErasureBook
  /** For the administrators' figures. */
  countImages?: CountImages
  /** What an account has in other rooms. */
  holdingsOf?: HoldingsOf
}

/** The auth room: the only one that knows passwords and signs tokens. */
export async function createAuth(options: AuthOptions): Promise<Auth> {
  const { db, clock, config, log, bus } = options
  const publicKeys = { keys: [options.signingKey, ...(options.retiredKeys ?? [])].map(publicKeyOf) }
  const sign = await createSigner(
    options.signingKey,
    { issuer: config.issuer, audience: config.audience, seconds: config.accessTokenSeconds },
    clock,
  )
  const verifier = await createVerifier({ keys: publicKeys, accounts: { db }, config, bus, clock, log })

  const createLimiter = options.createLimiter ?? inMemory
  const parts: AuthDeps = {
    db,
    clock,
    config,
    sign,
    successionKey: successionKeyOf(options.signingKey),
    passwords: createPasswords(config, watchBcryptCost(db)),
    checkPassword: createPasswordRules(config),
    throttle: createThrottle(config, createLimiter),
    codeThrottle: createCodeThrottle(config, createLimiter),
    mailThrottle: createMailThrottle(createLimiter),
    sealing: createSealing(options.sealingSecret, 'two-step-1'),
    announce: async (revocations) => {
      if (revocations.length === 0) return
      verifier.apply(revocations)
      // The rows are written: without the bus the others find them within seconds.
      await bus
        ?.publish(revokedTopic, revocations)
        .catch((err: unknown) => log.warn({ err }, 'revocations were not announced'))
    },
    log,
    eraseOwned: options.eraseOwned ?? (async () => {}),
    onAccountDeleted: options.onAccountDeleted ?? (async () => {}),
    erasures: options.erasures ?? noErasureBook,
  }

  const { publicUrl, holdingsOf = holdsNothing } = options
  const smtp = await openSmtp(config, publicUrl)
  const post = createPostOffice(parts, smtp?.send ?? null, createComposeMail(parts, publicUrl))
  const mailVerification = createMailVerification(post)
  const proveOwner = createProveOwner({ ...parts, provePassword: createProvePassword(parts) })
  const proving = { ...parts, proveOwner }
  const providers = createProviders(parts, publicUrl)
  /** A link that was written down with it is mailed at once. */
  const wakes =
    <In extends unknown[], Out>(act: (...given: In) => Promise<Out>) =>
    async (...given: In): Promise<Out> => {
      const out = await act(...given)
      post.wake()
      return out
    }
  const providing = {
    ...proving,
    providers,
    publicUrl,
    sealing: createSealing(options.sealingSecret, 'provider-sign-in-1'),
  }
  return {
    authenticate: verifier.authenticate,
    verifyToken: verifier.verifyToken,
    publicKeys,
    showRegistration: createShowRegistration(parts, { mails: post.isOpen, providers: providers.list }),
    register: wakes(createRegister(parts, mailVerification)),
    logIn: createLogIn(parts),
    refresh: createRefresh(parts),
    logOut: createLogOut(parts),
    listSessions: createListSessions(parts),
    revokeSession: createRevokeSession(parts),
    showAccount: createShowAccount(parts),
    changeAccount: wakes(createChangeAccount({ ...proving, mails: post.isOpen, mailVerification })),
    email: {
      show: createShowEmail(parts),
      resend: createResendVerification(parts, post, mailVerification),
      verify: createVerifyEmail(parts),
    },
    notifications: {
      show: createShowNotifications(parts, post.isOpen),
      change: createChangeNotifications(parts, post.isOpen),
    },
    watchQuotas: createWatchQuotas(parts, holdingsOf),
    finishSignIn: createFinishSignIn(parts, followClaim),
    links: {
      show: createShowLink(parts),
      askPasswordReset: createAskPasswordReset(parts, post),
      resetPassword: createResetByLink(parts),
      makePasswordLink: createMakePasswordLink(parts, publicUrl),
      makeSignInLink: createMakeSignInLink(parts, publicUrl),
      invite: createInvite(parts, post, publicUrl),
      listInvitations: createListInvitations(parts),
      takeBackInvitation: createTakeBackInvitation(parts),
      acceptInvitation: createAcceptInvitation(parts),
    },
    providers: {
      mustKnow: providers.mustKnow,
      start: createStartProviderSignIn(providing),
      finish: createFinishProviderSignIn(providing),
      startLink: createStartLink(providing),
      finishLink: createFinishLink(providing),
      identities: createListIdentities(providing),
      unlink: createUnlink(providing),
    },
    signInByLink: createSignInByLink(parts),
    startMail: post.start,
    twoStep: {
      show: createShowTwoStep(parts),
      setUp: createSetUpTwoStep(proving),
      confirm: createConfirmTwoStep(proving),
      renewCodes: createRenewRecoveryCodes(proving),
      switchOff: createSwitchOffTwoStep(proving),
    },
    deleteAccount: createDeleteAccount(parts),
    mintKey: createMintKey(parts),
    listKeys: createListKeys(parts),
    showCurrentKey: createShowCurrentKey(parts),
    deleteKey: createDeleteKey(parts),
    admin: {
      listUsers: createListUsers(parts),
      showUser: createShowUser(parts),
      changeUser: createChangeUser(parts),
      deleteUser: createDeleteUser(parts),
      takeOffTwoStep: createTakeOffTwoStep(parts),
      signOutUser: createSignOutUser(parts),
      listAudit: createListAudit(parts),
      showStats: createShowStats(parts, options.countImages ?? (async () => ({}))),
    },
    listActivity: createListActivity(parts),
    showUsage: createShowUsage(parts, holdingsOf),
    prune: createPrune(parts),
    eraseOwnerless: (ownerIds) => eraseOwnerless(parts, ownerIds),
    close: async () => {
      smtp?.close()
      await providers.close()
      await verifier.close()
    },
  }
}

const holdsNothing: HoldingsOf = async () => ({ images: 0, bytes: 0, limits: { images: null, bytes: null } })

/** The library is loaded where mail is sent. */
async function openSmtp({ smtpUrl, mailFrom }: AuthConfig, publicUrl: string) {
  if (smtpUrl === undefined) return null
  const { createSmtp } = await import('./mail/smtp.ts')
  return createSmtp(smtpUrl, mailFrom ?? `Rendition <rendition@${new URL(publicUrl).hostname}>`)
}

/** So long may an answer be old: hashes come with an import, and leave one by one. */
const bcryptCostMs = 60_000

function watchBcryptCost(db: Database): () => Promise<number | null> {
  let known: Promise<number | null> | undefined
  let askedAt = Number.NEGATIVE_INFINITY
  return () => {
    if (known !== undefined && performance.now() - askedAt < bcryptCostMs) return known
    askedAt = performance.now()
    known = highestBcryptCost(db)
    known.catch(() => {
      known = undefined
    })
    return known
  }
}

/** From the private half of the signing key, which all processes share. Throws without it: anyone could compute it then. */
function successionKeyOf({ d }: JWK): Buffer {
  if (d === undefined) throw new Error('the signing key has no private half')
  return createHmac('sha256', d).update('refresh-succession-1').digest()
}
