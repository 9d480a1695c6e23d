import { Failure } from '@rendition/contract'
import type { AuthConfig } from './config.ts'

/** Refuses a password that is too short or among the commonest. Throws `invalid_request` with the path `password`. */
export type CheckPassword = (password: string) => Promise<void>

/**
 * How many of the list are refused. Guessing through the network is limited to some tens of tries, so the head of the
 * list is what counts; `pass123`, which one of the service's first documents registers with, stands at place 2,099.
 */
const refusedRanks = 1000

export function createPasswordRules(config: Pick<AuthConfig, 'passwordLength'>): CheckPassword {
  const { passwordLength } = config
  let refused: Promise<ReadonlySet<string>> | undefined

  return async (password) => {
    if ([...password].length < passwordLength) throw unfit(`at least ${passwordLength} characters`)
    // 1 MiB of text that only registrations need.
    refused ??= import('@zxcvbn-ts/language-common').then(
      ({ dictionary }) => new Set(dictionary['passwords-common'].slice(0, refusedRanks)),
    )
    if ((await refused).has(password.toLowerCase())) {
      throw unfit('this password is among those that are tried first: choose another one')
    }
  }
}

/** Throws `password_sign_in_off` where only providers sign in. */
export function requirePasswords({ passwordSignIn }: Pick<AuthConfig, 'passwordSignIn'>): void {
  if (passwordSignIn) return
  throw new Failure('password_sign_in_off', 'Sign in with one of the providers that the page shows.')
}

function unfit(message: string): Failure {
  return new Failure('invalid_request', `password: ${message}.`, { errors: [{ path: 'password', message }] })
}
