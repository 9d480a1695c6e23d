import { expect, it } from 'vitest'
import { authTexts } from './auth-texts.ts'

const known = (first: boolean, open = true) => ({
  known: { first, open, verifies: false, mails: false, passwords: true, passwordLength: 7, providers: [] },
  isPending: false,
})
const untold = { known: undefined, isPending: false }

it('welcomes back where somebody may have been before, and not sooner than that is known', () => {
  expect(authTexts('login', known(false)).title).toBe('Welcome back')
  expect(authTexts('login', untold).title).toBe('Welcome back')
  expect(authTexts('login', { known: undefined, isPending: true }).title).toBe('Sign in')
})

it('tells the first visitor of becoming the administrator, and nobody else', () => {
  expect(authTexts('register', known(true))).toMatchObject({
    intro: expect.stringContaining('administrator'),
    other: null,
  })
  for (const later of [known(false), untold]) {
    expect(authTexts('register', later).intro).not.toContain('administrator')
    expect(authTexts('register', later).other).not.toBeNull()
  }
})

it('says what a new password is judged by before one is refused', () => {
  const hint = (given: Parameters<typeof authTexts>[1]) => authTexts('register', given).passwordHint
  expect(hint(known(false))).toBe('At least 7 characters; the commonest passwords are refused.')
  expect(hint(untold)).toContain('the commonest are refused')
  expect(authTexts('login', known(false)).passwordHint).toBeUndefined()
})

it('sends nobody to make an account where none can be made', () => {
  expect(authTexts('login', known(false, false)).other).toBeNull()
  expect(authTexts('register', known(false, false)).intro).toContain('ask an administrator')
})
