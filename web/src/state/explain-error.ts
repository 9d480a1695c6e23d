import { isProblem, NetworkError, type ProblemError } from '@rendition/client'
import { t, translateKnown } from '../languages/translate.ts'
import { isOnline } from './online.ts'

/** A fault that the page finds itself, or that the service told in words: the message is a sentence for people. */
export class FaultInWords extends Error {}

/** One sentence for people about what went wrong. */
export function explainError(error: unknown): string {
  if (error instanceof FaultInWords) return error.message
  if (isUnanswered(error)) {
    return isOnline() ? t('The service cannot be reached right now.') : t('You are offline.')
  }
  if (isProblem(error)) {
    if (error.code === 'rate_limited' && error.retryAfter !== null) {
      return t('Too many attempts. Try again in {seconds} s.', { seconds: error.retryAfter })
    }
    return detailOf(error)
  }
  return t('Something went wrong.')
}

/** Whether the service did not answer: nobody knows what became of what was asked. */
export const isUnanswered = (error: unknown): boolean => error instanceof NetworkError || isGateway(error)

/** What a proxy answers in the place of a service that is away. */
const isGateway = (error: unknown): boolean => isProblem(error) && [502, 504].includes(error.status)

/**
 * The service speaks English, and then it says more than its code does: of which field, how many bytes. Other languages say
 * what the code means, by its title.
 */
function detailOf({ title, detail }: ProblemError): string {
  const known = translateKnown(title)
  return known === undefined ? detail : `${known}.`
}

/** What the service keeps of a failure: a title of its catalogue in most cases, which has its translation. */
export function serviceText(message: string | null): string | undefined {
  if (message === null) return undefined
  const known = translateKnown(message.replace(/\.$/, ''))
  return known === undefined ? message : `${known}.`
}
