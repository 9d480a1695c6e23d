import { createHash, randomInt } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'

/** What every authenticator app takes: RFC 6238 with SHA-1, six digits, thirty seconds. */
const rules = { algorithm: 'SHA1', digits: 6, period: 30 } as const
/** A phone's clock may be a step off, either way. */
const window = 1
const secretBytes = 20

export function newSecret(): string {
  return new Secret({ size: secretBytes }).base32
}

const totpOf = (secret: string, label = ''): TOTP =>
  new TOTP({ ...rules, issuer: 'Rendition', label, secret: Secret.fromBase32(secret) })

/** What an app reads from the QR code. */
export const uriOf = (secret: string, label: string): string => totpOf(secret, label).toString()

/** The time step whose code this is, near `at`; null when it is none. */
export function stepOf(secret: string, code: string, at: Date): number | null {
  const delta = totpOf(secret).validate({ token: code, timestamp: at.getTime(), window })
  return delta === null ? null : Math.floor(at.getTime() / 1000 / rules.period) + delta
}

/** Codes as people type them: spaces, dashes and capitals do not matter. */
export function readCode(text: string): { kind: 'totp' | 'recovery'; code: string } | null {
  const code = text.replace(/[\s-]/g, '').toLowerCase()
  if (/^\d{6}$/.test(code)) return { kind: 'totp', code }
  return recoveryShape.test(code) ? { kind: 'recovery', code } : null
}

/** Without those that look alike: 16 of 31 are 79 bits, more than anybody tries against a fast hash. */
const letters = '23456789abcdefghjkmnpqrstuvwxyz'
const recoveryLength = 16
const recoveryShape = new RegExp(`^[${letters}]{${recoveryLength}}$`)
const recoveryCount = 10

/** In groups of four, to be written down. */
export function newRecoveryCodes(): string[] {
  const group = (): string =>
    Array.from({ length: 4 }, () => letters.charAt(randomInt(letters.length))).join('')
  return Array.from({ length: recoveryCount }, () =>
    Array.from({ length: recoveryLength / 4 }, group).join('-'),
  )
}

/** Of an account's code as `readCode` gives it. */
export const hashOf = (userId: string, code: string): Buffer =>
  createHash('sha256')
    .update(`${userId} ${code.replaceAll('-', '')}`)
    .digest()
