import { type AuthConfig, createPasswords, createThrottle } from '../auth/index.ts'
import type { SharePasswords } from '../images/index.ts'
import type { CreateLimiter } from '../platform/limits/index.ts'

/**
 * Passwords of shares, hashed and throttled as those of accounts are, with turns and counts of their own: whoever guesses
 * at a share keeps nobody from signing in. One at a time: those of accounts leave two threads for files, which guests are
 * not to take.
 */
export function createSharePasswords(config: AuthConfig, createLimiter: CreateLimiter): SharePasswords {
  const passwords = createPasswords({ ...config, hashesAtOnce: 1 })
  const throttle = createThrottle(config, createLimiter, 'share')
  return {
    hash: (password, network) => passwords.hash(password, { kind: 'change', from: network }),
    async verify(shareId, hash, password, network) {
      const right = await passwords.verify(
        async () => hash,
        password,
        { kind: 'share', from: network },
        {
          admit: () => throttle.admit(shareId, network),
          settle: async (matches) => {
            if (!matches) await throttle.failed(shareId, network)
          },
        },
      )
      if (right) await throttle.succeeded(shareId, network)
      return right
    },
  }
}
