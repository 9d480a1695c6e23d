import { describe, expect, it } from 'vitest'
import { bcryptFault, bcryptOfNobody, verifyBcrypt } from './bcrypt.ts'
import { createPasswords } from './passwords.ts'

/** Of Openwall's crypt_blowfish, which every other implementation is held to. */
const known: [string, string][] = [
  ['$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'U*U'],
  [
    '$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui',
    '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored',
  ],
]

describe('hashes of bcrypt', () => {
  it.each(known)('%s is the one of its password', async (stored, password) => {
    expect(bcryptFault(stored)).toBeNull()
    expect(await verifyBcrypt(password, stored)).toBe(true)
    expect(await verifyBcrypt(`-${password}`, stored)).toBe(false)
    for (const other of ['$2b$', '$2y$']) {
      expect(await verifyBcrypt(password, stored.replace('$2a$', other))).toBe(true)
    }
  })

  it('read 72 bytes of a password and no more', async () => {
    const [, [stored = '', password = ''] = []] = known
    expect(await verifyBcrypt(`${password.slice(0, 72)} and others`, stored)).toBe(true)
    expect(await verifyBcrypt(password.slice(0, 71), stored)).toBe(false)
  })

  it.each([
    ['$2x$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', /no bcrypt hash/],
    ['$2b$05$short', /no bcrypt hash/],
    ['$argon2id$v=19$m=64,t=1,p=1$c2FsdHNhbHQ$aGFzaA', /no bcrypt hash/],
    ['correct horse', /no bcrypt hash/],
    ['$2b$03$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', /cost of 3/],
    ['$2b$16$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', /cost of 16; at most 15/],
  ])('%s is not taken over', (stored, why) => {
    expect(bcryptFault(stored)).toMatch(why)
  })

  it('are verified and said to be outdated; whoever is refused has waited for both kinds', async () => {
    const [[stored, password] = ['', '']] = known
    const lane = { kind: 'login', from: '192.0.2.1' }
    const config = { hashMemoryKib: 64, hashPasses: 1, hashesAtOnce: 2, hashesWaiting: 3 }
    const costs: (number | null)[] = []
    const passwords = createPasswords(config, async () => {
      costs.push(5)
      return 5
    })
    const verify = (of: string | null, word: string) => passwords.verify(async () => of, word, lane)
    expect(await verify(stored, password)).toBe(true)
    expect(await verify(stored, 'other')).toBe(false)
    expect(passwords.outdated(stored)).toBe(true)
    expect(costs).toEqual([])
    const own = await passwords.hash('x', lane)
    expect([await verify(own, 'x'), await verify(own, 'y'), await verify(null, 'y')]).toEqual([
      true,
      false,
      false,
    ])
    expect(costs).toEqual([5, 5])
    expect(bcryptFault(bcryptOfNobody(5))).toBeNull()
  })
})
