import { expect, it } from 'vitest'
import { authConfigSchema } from '../auth/index.ts'
import { type CreateLimiter, inMemory } from '../platform/limits/index.ts'
import { createSharePasswords } from './share-passwords.ts'

it('judges one password at a time, whoever asks', async () => {
  let [running, most] = [0, 0]
  // Asked when a password's turn has come; a wrong one is counted when its turn ends.
  const createLimiter: CreateLimiter = (name, ...rest) => {
    const limiter = inMemory(name, ...rest)
    if (name !== 'share') return limiter
    const [get, penalty] = [limiter.get.bind(limiter), limiter.penalty.bind(limiter)]
    limiter.get = (...key) => {
      running += 1
      most = Math.max(most, running)
      return get(...key)
    }
    limiter.penalty = (...key) => {
      running -= 1
      return penalty(...key)
    }
    return limiter
  }
  const passwords = createSharePasswords(
    authConfigSchema.parse({ hashMemoryKib: 64, hashPasses: 1 }),
    createLimiter,
  )
  const hash = await passwords.hash('open sesame', '192.0.2.1')
  const guess = (n: number) => passwords.verify(`share-${n}`, hash, 'open barley', `192.0.2.${n}`)
  expect(await Promise.all([1, 2, 3, 4].map(guess))).toEqual([false, false, false, false])
  expect(most).toBe(1)
  expect(await passwords.verify('share-1', hash, 'open sesame', '192.0.2.1')).toBe(true)
})
