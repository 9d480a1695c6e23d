import type { Export } from '@rendition/contract'
import { t } from '../languages/translate.ts'
import { explainError, FaultInWords, isUnanswered } from './explain-error.ts'

/** Between two looks at what is being prepared. */
export const lookMs = 1_500
/** Looks without an answer, one after the other, until nobody waits any more: ten minutes. */
const mostUnanswered = 400

/** Looks at an export until it is made or failed. A service that is away, or a line that breaks, ends no promise. */
export async function whenMade(
  first: Export,
  look: (id: string) => Promise<Export>,
  wait: (ms: number) => Promise<void>,
): Promise<Export> {
  let made = first
  let unanswered = 0
  while (made.status === 'preparing') {
    await wait(lookMs)
    try {
      made = await look(made.id)
      unanswered = 0
    } catch (error) {
      if (!isUnanswered(error)) throw error
      unanswered++
      if (unanswered === mostUnanswered)
        throw new FaultInWords(
          t('{error} The download stands on the page of your account when it is ready.', {
            error: explainError(error),
          }),
        )
    }
  }
  return made
}

/** Rejects when the account ends meanwhile. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted()
    const end = () => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', end)
      resolve()
    }, ms)
    signal.addEventListener('abort', end, { once: true })
  })
}
