import { describe, expect, it } from 'vitest'
import { emailSchema } from './auth.ts'

describe('an email address', () => {
  const isTaken = (address: string) => emailSchema.safeParse(address).success
  const of = (length: number) => 'a'.repeat(length)

  it('is one that mail can be sent to', () => {
    expect(
      ['a@b.io', "o'neil+photos@mail.example.org", `${of(64)}@example.org`].filter(isTaken),
    ).toHaveLength(3)
    expect(isTaken(`a@${of(63)}.org`)).toBe(true)
  })

  it('is not longer than mail servers take, as a whole or in a part', () => {
    const tooLong = [`${of(65)}@example.org`, `${of(30)}.${of(34)}@example.org`, `a@${of(64)}.org`]
    tooLong.push(`a@${Array(5).fill(of(60)).join('.')}.org`)
    expect(tooLong.filter(isTaken)).toEqual([])
  })

  it('is judged in time proportional to its length', () => {
    const began = performance.now()
    expect(isTaken(`${'a.'.repeat(200_000)}@`)).toBe(false)
    expect(isTaken(`a@${'a.'.repeat(200_000)}`)).toBe(false)
    expect(performance.now() - began).toBeLessThan(1_000)
  })
})
