import { networkOf } from '../platform/http/network.ts'
import { type CreateLimiter, LimitReached } from '../platform/limits/index.ts'
import type { AuthConfig } from './config.ts'

/** Guesses of passwords, counted by account with address, and by address. */
export interface Throttle {
  /** Throws `rate_limited` when either count is used up. */
  admit(account: string, address: string): Promise<void>
  /** Counts a failure; true when it was the one that used the count up. */
  failed(account: string, address: string): Promise<boolean>
  /** Forgets the account's failures from this address; those of the address stay, or one account could buy more. */
  succeeded(account: string, address: string): Promise<void>
}

type ThrottleConfig = Pick<AuthConfig, 'loginAttempts' | 'loginAttemptsPerAddress' | 'loginWindowSeconds'>

const failed = 'Too many failed attempts. Try again later.'

/** Requests for mail, which anyone may make. */
export interface MailThrottle {
  /** Counts one from a network address. Throws `rate_limited`. */
  admit(address: string): Promise<void>
  /** Whether this mailbox may get another one; counts it. */
  mayMail(email: string): Promise<boolean>
  /**
   * Counts a mail that who is signed in has sent to a mailbox, which may be anybody's, from a network address. Throws `rate_limited`: told,
   * unlike where a stranger asks, for the mailbox is named by the caller.
   */
  admitMail(userId: string, email: string, address: string): Promise<void>
}

const mailSeconds = 3_600
const mailsPerAddress = 30
const mailsPerMailbox = 3

export function createMailThrottle(createLimiter: CreateLimiter): MailThrottle {
  const name = 'mail-address'
  const addresses = createLimiter(name, mailsPerAddress, mailSeconds)
  const mailboxes = createLimiter('mail', mailsPerMailbox, mailSeconds)
  const throttle: MailThrottle = {
    async admit(address) {
      const network = networkOf(address)
      const state = await addresses.penalty(network, 1)
      if (state.consumedPoints <= mailsPerAddress) return
      const resetSeconds = Math.max(1, Math.ceil(state.msBeforeNext / 1000))
      throw new LimitReached(
        { name, most: mailsPerAddress, seconds: mailSeconds, unit: 'requests', left: 0, resetSeconds },
        `address:${network}`,
        'Too many links were asked for. Try again later.',
      )
    },
    mayMail: async (email) => (await mailboxes.penalty(email, 1)).consumedPoints <= mailsPerMailbox,
    async admitMail(userId, email, address) {
      await throttle.admit(address)
      if (await throttle.mayMail(email)) return
      throw new LimitReached(
        {
          name: 'mail',
          most: mailsPerMailbox,
          seconds: mailSeconds,
          unit: 'requests',
          left: 0,
          resetSeconds: mailSeconds,
        },
        `account:${userId}`,
        'Three mails an hour are sent. Look into the mailbox, or try again later.',
      )
    },
  }
  return throttle
}

/** Tries of second-step codes, counted by account wherever they come from: whoever makes them knows the password. */
export interface CodeThrottle {
  /** Counts a try before it is judged, so that no burst outruns the counter. Throws `rate_limited`. */
  admit(userId: string): Promise<void>
  succeeded(userId: string): Promise<void>
}

export function createCodeThrottle(config: ThrottleConfig, createLimiter: CreateLimiter): CodeThrottle {
  const { loginAttempts: most, loginWindowSeconds: seconds } = config
  const name = 'two-step'
  const tries = createLimiter(name, most, seconds)
  return {
    async admit(userId) {
      const state = await tries.penalty(userId, 1)
      if (state.consumedPoints <= most) return
      const resetSeconds = Math.max(1, Math.ceil(state.msBeforeNext / 1000))
      throw new LimitReached(
        { name, most, seconds, unit: 'requests', left: 0, resetSeconds },
        `account:${userId}`,
        failed,
      )
    },
    async succeeded(userId) {
      await tries.delete(userId)
    },
  }
}

/** `what` is guessed at: whatever has another name is counted by itself. */
export function createThrottle(
  config: ThrottleConfig,
  createLimiter: CreateLimiter,
  what = 'login',
): Throttle {
  const seconds = config.loginWindowSeconds
  const byAccount = { name: what, points: config.loginAttempts }
  const byAddress = { name: `${what}-address`, points: config.loginAttemptsPerAddress }
  const accounts = createLimiter(byAccount.name, byAccount.points, seconds)
  const addresses = createLimiter(byAddress.name, byAddress.points, seconds)
  const keys = (account: string, address: string) => {
    const network = networkOf(address)
    return { account: `${network} ${account}`, network }
  }

  return {
    async admit(account, address) {
      const key = keys(account, address)
      for (const [limiter, id, policy] of [
        [accounts, key.account, byAccount],
        [addresses, key.network, byAddress],
      ] as const) {
        const state = await limiter.get(id)
        if (state !== null && state.consumedPoints >= policy.points) {
          const resetSeconds = Math.max(1, Math.ceil(state.msBeforeNext / 1000))
          const { name, points: most } = policy
          throw new LimitReached(
            { name, most, seconds, unit: 'requests', left: 0, resetSeconds },
            `address:${key.network}`,
            failed,
          )
        }
      }
    },
    async failed(account, address) {
      const key = keys(account, address)
      const [one, other] = await Promise.all([
        accounts.penalty(key.account, 1),
        addresses.penalty(key.network, 1),
      ])
      return one.consumedPoints === byAccount.points || other.consumedPoints === byAddress.points
    },
    async succeeded(account, address) {
      await accounts.delete(keys(account, address).account)
    },
  }
}
