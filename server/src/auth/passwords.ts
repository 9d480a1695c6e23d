import { hash, parseOptions, verify } from '@node-rs/argon2'
import { Failure } from '@rendition/contract'
import { bcryptOfNobody, isBcrypt, verifyBcrypt } from './bcrypt.ts'
import type { AuthConfig } from './config.ts'
import { createGate, type Lane } from './gate.ts'

export interface Passwords {
  /** A PHC string. Throws `overloaded` when too many wait. `admit` runs when its turn has come, just before the work. */
  hash(password: string, lane: Lane, admit?: () => Promise<void>): Promise<string>
  /**
   * Whether the password is the one that `stored` gives when its turn has come; with null, does the same work and says no.
   * `admit` runs when this hash's turn has come, just before the work, and `settle` with the answer before the next
   * one's turn: a burst of guesses cannot outrun a counter that is read and written there.
   */
  verify(
    stored: () => Promise<string | null>,
    password: string,
    lane: Lane,
    steps?: VerifySteps,
  ): Promise<boolean>
  /** True when the hash was made with other parameters than today's. */
  outdated(stored: string): boolean
}

export interface VerifySteps {
  admit?: () => Promise<void>
  settle?: (right: boolean) => Promise<void>
}

type HashConfig = Pick<AuthConfig, 'hashMemoryKib' | 'hashPasses' | 'hashesAtOnce' | 'hashesWaiting'>

/**
 * argon2id, a few at a time; who waits is served by turns of kind and address. Hashes of bcrypt, which an older stack
 * brought, are verified too; `bcryptCost` is the highest that an account has, null when there is none any more.
 */
export function createPasswords(
  config: HashConfig,
  bcryptCost: () => Promise<number | null> = async () => null,
): Passwords {
  const options = { memoryCost: config.hashMemoryKib, timeCost: config.hashPasses, parallelism: 1 }
  const refuse = (): Failure => new Failure('overloaded', 'Too many sign-ins at once.', { retryAfter: 2 })
  const gate = createGate(config.hashesAtOnce, config.hashesWaiting, refuse)
  // Of a password nobody has: made once, with the same parameters as real ones, so that refusing takes as long.
  let nobodys: Promise<string> | undefined

  /** While accounts have hashes of both kinds, whoever is refused has waited for both: the time tells nobody which. */
  const judge = async (known: string | null, nobodys: string, password: string): Promise<boolean> => {
    const old = known !== null && isBcrypt(known)
    const matches = await verify(old || known === null ? nobodys : known, password)
    if (old) return verifyBcrypt(password, known)
    if (matches && known !== null) return true
    const cost = await bcryptCost()
    if (cost !== null) await verifyBcrypt(password, bcryptOfNobody(cost))
    return false
  }

  return {
    hash: (password, lane, admit) =>
      gate(lane, async () => {
        await admit?.()
        return hash(password, options)
      }),
    verify: (stored, password, lane, steps = {}) =>
      gate(lane, async () => {
        await steps.admit?.()
        nobodys ??= hash(crypto.randomUUID(), options)
        const known = await stored()
        const right = await judge(known, await nobodys, password)
        await steps.settle?.(right)
        return right
      }),
    outdated: (stored) => {
      if (isBcrypt(stored)) return true
      const used = parseOptions(stored)
      return (
        used.memoryCost !== options.memoryCost ||
        used.timeCost !== options.timeCost ||
        used.parallelism !== options.parallelism
      )
    },
  }
}
