import { Failure } from '@rendition/contract'
import { networkOf } from '../platform/http/network.ts'
import { type CreateLimiter, inMemory } from '../platform/limits/index.ts'
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

/** A `rate_limited` failure that knows the limit, for the RateLimit headers. */
export class LimitReached extends Failure {
  readonly policy: string
  readonly limit: number
  readonly windowSeconds: number

  constructor(policy: string, limit: number, windowSeconds: number, retryAfter: number) {
    super('rate_limited', 'Too many failed attempts. Try again later.', { retryAfter })
    this.policy = policy
    this.limit = limit
    this.windowSeconds = windowSeconds
  }
}

type ThrottleConfig = Pick<AuthConfig, 'loginAttempts' | 'loginAttemptsPerAddress' | 'loginWindowSeconds'>

export function createThrottle(config: ThrottleConfig, createLimiter: CreateLimiter = inMemory): Throttle {
  const seconds = config.loginWindowSeconds
  const byAccount = { name: 'login', points: config.loginAttempts }
  const byAddress = { name: 'login-address', points: config.loginAttemptsPerAddress }
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
          throw new LimitReached(policy.name, policy.points, seconds, Math.max(1, state.msBeforeNext / 1000))
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
