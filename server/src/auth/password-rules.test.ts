import { isFailure } from '@rendition/contract'
import { describe, expect, it } from 'vitest'
import { createPasswordRules } from './password-rules.ts'

const faultOf = async (password: string, passwordLength = 7): Promise<string | null> => {
  try {
    await createPasswordRules({ passwordLength })(password)
    return null
  } catch (error) {
    if (!isFailure(error, 'invalid_request')) throw error
    expect(error.errors?.[0]?.path).toBe('password')
    return error.errors?.[0]?.message ?? ''
  }
}

describe('a new password', () => {
  it('has at least the configured number of characters, whatever they take in bytes', async () => {
    expect(await faultOf('abcdef')).toBe('at least 7 characters')
    expect(await faultOf('pass123')).toBeNull()
    expect(await faultOf('🂡🂢🂣🂤🂥🂦')).toBe('at least 7 characters')
    expect(await faultOf('seven77', 12)).toBe('at least 12 characters')
    expect(await faultOf('xkq', 3)).toBeNull()
  })

  it.each(['1234567', 'password', 'PassWord', 'qwertyuiop', 'password1', 'trustno1'])(
    'is none of the commonest: %s',
    async (password) => {
      expect(await faultOf(password)).toMatch(/tried first/)
    },
  )
})
