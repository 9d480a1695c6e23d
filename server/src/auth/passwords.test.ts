import { isFailure } from '@rendition/contract'
import { describe, expect, it } from 'vitest'
import { networkOf } from '../platform/http/network.ts'
import { usernameKeyOf } from './names.ts'
import { createPasswords } from './passwords.ts'

const config = { hashMemoryKib: 64, hashPasses: 1, hashesAtOnce: 2, hashesWaiting: 3 }
const lane = { kind: 'login', from: '192.0.2.1' }

describe('passwords', () => {
  it('are hashed by argon2id with the configured cost', async () => {
    const passwords = createPasswords({ ...config, hashMemoryKib: 19_456, hashPasses: 2 })
    const stored = await passwords.hash('secret word', lane)
    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await passwords.verify(async () => stored, 'secret word', lane)).toBe(true)
    expect(await passwords.verify(async () => stored, 'secret wore', lane)).toBe(false)
    expect(passwords.outdated(stored)).toBe(false)
    expect(createPasswords(config).outdated(stored)).toBe(true)
  })

  it('are refused for nobody, at the same cost as for somebody', async () => {
    const passwords = createPasswords({ ...config, hashMemoryKib: 19_456, hashPasses: 2 })
    const stored = await passwords.hash('x', lane)
    const cost = async (of: string | null): Promise<number> => {
      const before = process.cpuUsage()
      expect(await passwords.verify(async () => of, 'y', lane)).toBe(false)
      const { user, system } = process.cpuUsage(before)
      return user + system
    }
    // The first call for nobody makes the hash to compare with.
    await passwords.verify(async () => null, 'y', lane)
    let [nobody, somebody] = [0, 0]
    // By turns and in processor time: what else runs here weighs on both alike.
    for (let n = 0; n < 9; n += 1) {
      nobody += await cost(null)
      somebody += await cost(stored)
    }
    expect(nobody / somebody).toBeGreaterThan(0.5)
    expect(nobody / somebody).toBeLessThan(2)
  })

  it('run a few at a time, and too many are turned away', async () => {
    const passwords = createPasswords(config)
    const stored = await passwords.hash('x', lane)
    let running = 0
    let most = 0
    const steps = {
      admit: async () => {
        running += 1
        most = Math.max(most, running)
      },
      settle: async () => {
        running -= 1
      },
    }
    const all = await Promise.allSettled(
      Array.from({ length: 9 }, () => passwords.verify(async () => stored, 'x', lane, steps)),
    )
    expect(most).toBe(2)
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(5)
    for (const one of all)
      if (one.status === 'rejected') expect(isFailure(one.reason, 'overloaded')).toBe(true)
    // A refusal inside gives its place back.
    const refusing = { admit: async () => Promise.reject(new Error('no')) }
    for (let n = 0; n < 4; n += 1)
      await expect(passwords.verify(async () => stored, 'x', lane, refusing)).rejects.toThrow('no')
    expect(await passwords.verify(async () => stored, 'x', lane)).toBe(true)
  })
})

describe('names', () => {
  it.each([
    ['Straße', 'STRASSE'],
    ['ΟΔΟΣ', 'οδος'],
    ['οδοσ', 'οδος'],
    ['ﬁnn', 'FINN'],
    ['e\u0301mile', 'Émile'],
  ])('%s and %s are one', (one, other) => {
    expect(usernameKeyOf(one)).toBe(usernameKeyOf(other))
  })
})

describe('networks', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:0:2::9', '2001:db8:0:2'],
    ['2001:db8:0:2:1:1:1:1', '2001:db8:0:2'],
    ['nonsense', 'unknown'],
  ])('of %s is %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })
})
