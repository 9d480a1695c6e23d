import { hash, parseOptions, verify } from '@node-rs/argon2'
import { Failure } from '@rendition/contract'
import type { AuthConfig } from './config.ts'
import { createGate } from './gate.ts'

export interface Passwords {
  /** A PHC string. Throws `overloaded` when too many wait. */
  hash(password: string): Promise<string>
  /**
   * Whether the password is the one of `stored`; with null, does the same work and says no.
   * `admit` runs when this hash's turn has come, just before the work, and `settle` with the answer before the next
   * one's turn: a burst of guesses cannot outrun a counter that is read and written there.
   */
  verify(stored: string | null, password: string, steps?: VerifySteps): Promise<boolean>
  /** True when the hash was made with other parameters than today's. */
  outdated(stored: string): boolean
}

export interface VerifySteps {
  admit?: () => Promise<void>
  settle?: (right: boolean) => Promise<void>
}

type HashConfig = Pick<AuthConfig, 'hashMemoryKib' | 'hashPasses' | 'hashesAtOnce' | 'hashesWaiting'>

/** argon2id, a few at a time. */
export function createPasswords(config: HashConfig): Passwords {
  const options = { memoryCost: config.hashMemoryKib, timeCost: config.hashPasses, parallelism: 1 }
  const gate = createGate(config.hashesAtOnce, config.hashesWaiting, () => {
    throw new Failure('overloaded', 'Too many sign-ins at once.', { retryAfter: 2 })
  })
  // Of a password nobody has: made once, with the same parameters as real ones, so that refusing takes as long.
  let nobodys: Promise<string> | undefined

  return {
    hash: (password) => gate(() => hash(password, options)),
    verify: (stored, password, steps = {}) =>
      gate(async () => {
        await steps.admit?.()
        nobodys ??= hash(crypto.randomUUID(), options)
        const matches = await verify(stored ?? (await nobodys), password)
        const right = matches && stored !== null
        await steps.settle?.(right)
        return right
      }),
    outdated: (stored) => {
      const used = parseOptions(stored)
      return (
        used.memoryCost !== options.memoryCost ||
        used.timeCost !== options.timeCost ||
        used.parallelism !== options.parallelism
      )
    },
  }
}
