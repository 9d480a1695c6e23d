import { Failure } from '@rendition/contract'
import type { Transaction } from '../../platform/database/port.ts'
import type { AuthDeps } from '../deps.ts'
import { lockTwoStep, spendRecoveryCode, spendStep } from '../store/two-step.ts'
import { hashOf, readCode, stepOf } from './codes.ts'

export type CodeKind = 'totp' | 'recovery'

/**
 * Spends a code of an account, of the app or a recovery code; null when it is wrong or was used. Each is good once: of
 * two requests with the same one the second finds it used. `pending` takes codes of a secret that is being set up.
 */
export async function spendCode(
  tx: Transaction,
  parts: Pick<AuthDeps, 'clock' | 'sealing' | 'log'>,
  userId: string,
  text: string,
  { pending }: { pending: boolean } = { pending: false },
): Promise<CodeKind | null> {
  const given = readCode(text)
  const row = await lockTwoStep(tx, userId)
  if (given === null || row === null || (row.confirmedAt === null) !== pending) return null
  const at = parts.clock.now()
  if (given.kind === 'recovery') {
    return (await spendRecoveryCode(tx, userId, hashOf(userId, given.code), at)) ? 'recovery' : null
  }
  const secret = parts.sealing.open(row.secret, userId)
  if (secret === null) {
    parts.log.error({ userId }, 'a two-step secret does not open: it was sealed with other secrets')
    throw new Failure(
      'unavailable',
      'Codes of the app cannot be checked: this installation lost the secrets they were set up with. Use a recovery code.',
    )
  }
  const step = stepOf(secret, given.code, at)
  if (step === null || (row.lastStep !== null && step <= row.lastStep)) return null
  await spendStep(tx, userId, step)
  return 'totp'
}
