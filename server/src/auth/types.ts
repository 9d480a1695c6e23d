import type { Authenticate } from '../platform/http/principal.ts'
import type { AccessClaims, PublicKey } from './access-tokens.ts'
import type { ChangeAccount } from './accounts/change-account.ts'
import type { DeleteAccount } from './accounts/erase-account.ts'
import type { LogIn } from './accounts/log-in.ts'
import type { Register } from './accounts/register.ts'
import type { ShowAccount } from './accounts/show-account.ts'
import type { ShowRegistration } from './accounts/show-registration.ts'
import type { createChangeUser } from './admin/change-user.ts'
import type { createListActivity, createListAudit } from './admin/list-audit.ts'
import type { createShowStats } from './admin/show-stats.ts'
import type { createSignOutUser } from './admin/sign-out-user.ts'
import type { createDeleteUser, createListUsers, createShowUser } from './admin/users.ts'
import type { DeleteKey } from './keys/delete-key.ts'
import type { ListKeys, ShowCurrentKey } from './keys/list-keys.ts'
import type { MintKey } from './keys/mint-key.ts'
import type {
  AcceptInvitation,
  createListInvitations,
  createTakeBackInvitation,
  Invite,
} from './links/invitations.ts'
import type { AskPasswordReset, MakePasswordLink, ResetByLink } from './links/reset-password.ts'
import type { ShowLink } from './links/show-link.ts'
import type { MakeSignInLink, SignInByLink } from './links/sign-in-link.ts'
import type { ResendVerification, ShowEmail, VerifyEmail } from './links/verify-email.ts'
import type { ChangeNotifications, ShowNotifications } from './notifications/notifications.ts'
import type { FinishProviderSignIn } from './providers/finish-sign-in.ts'
import type { FinishLink, ListIdentities, Unlink } from './providers/link.ts'
import type { StartLink, StartProviderSignIn } from './providers/start-sign-in.ts'
import type { LogOut, RevokeSession } from './sessions/end-session.ts'
import type { ListSessions } from './sessions/list-sessions.ts'
import type { Refresh } from './sessions/refresh.ts'
import type { FinishSignIn } from './two-step/challenge.ts'
import type { ConfirmTwoStep, RenewRecoveryCodes, SetUpTwoStep, ShowTwoStep } from './two-step/set-up.ts'
import type { SwitchOffTwoStep, TakeOffTwoStep } from './two-step/switch-off.ts'
import type { ShowUsage } from './usage/show-usage.ts'

/** Accounts, sessions, API keys and roles. */
export interface Auth {
  /** For `createApp`: who is calling. */
  authenticate: Authenticate
  verifyToken(token: string): Promise<AccessClaims>
  /** The key set of `/.well-known/jwks.json`. */
  publicKeys: { keys: PublicKey[] }

  showRegistration: ShowRegistration
  register: Register
  logIn: LogIn
  refresh: Refresh
  logOut: LogOut
  listSessions: ListSessions
  revokeSession: RevokeSession
  showAccount: ShowAccount
  changeAccount: ChangeAccount
  finishSignIn: FinishSignIn
  /** OpenID providers, and what of theirs is linked to accounts. */
  providers: {
    /** Throws `not_found` for a provider that is not configured. */
    mustKnow(id: string): void
    start: StartProviderSignIn
    finish: FinishProviderSignIn
    startLink: StartLink
    finishLink: FinishLink
    identities: ListIdentities
    unlink: Unlink
  }
  signInByLink: SignInByLink
  links: {
    show: ShowLink
    askPasswordReset: AskPasswordReset
    resetPassword: ResetByLink
    makePasswordLink: MakePasswordLink
    makeSignInLink: MakeSignInLink
    invite: Invite
    listInvitations: ReturnType<typeof createListInvitations>
    takeBackInvitation: ReturnType<typeof createTakeBackInvitation>
    acceptInvitation: AcceptInvitation
  }
  email: { show: ShowEmail; resend: ResendVerification; verify: VerifyEmail }
  notifications: { show: ShowNotifications; change: ChangeNotifications }
  /** Has accounts that wish it told that their space is nearly used up, of all or of these; for a timer. */
  watchQuotas(among?: readonly string[]): Promise<void>
  /** Sends mail as it comes; gives the stop. */
  startMail(): () => Promise<void>
  twoStep: {
    show: ShowTwoStep
    setUp: SetUpTwoStep
    confirm: ConfirmTwoStep
    renewCodes: RenewRecoveryCodes
    switchOff: SwitchOffTwoStep
  }
  deleteAccount: DeleteAccount
  mintKey: MintKey
  listKeys: ListKeys
  showCurrentKey: ShowCurrentKey
  deleteKey: DeleteKey
  showUsage: ShowUsage
  listActivity: ReturnType<typeof createListActivity>
  admin: {
    listUsers: ReturnType<typeof createListUsers>
    showUser: ReturnType<typeof createShowUser>
    changeUser: ReturnType<typeof createChangeUser>
    deleteUser: ReturnType<typeof createDeleteUser>
    takeOffTwoStep: TakeOffTwoStep
    signOutUser: ReturnType<typeof createSignOutUser>
    listAudit: ReturnType<typeof createListAudit>
    showStats: ReturnType<typeof createShowStats>
  }
  /** Removes what is over; for a timer. */
  prune(): Promise<void>
  /** Removes what owners without an account have left in other rooms; gives those. */
  eraseOwnerless(ownerIds: readonly string[]): Promise<string[]>
  close(): Promise<void>
}
