import { isProblem, NetworkError, type ProblemError } from '@rendition/client'
import { translateSaid } from '../languages/language.ts'
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
 * The service speaks English. In other languages what it says is said where its words are known, of the first field that it judged
 * otherwise, else what the code means; in English alone what nobody has translated.
 */
function detailOf({ title, detail, errors }: ProblemError): string {
  const [fault] = errors
  const ofField = fault === undefined ? undefined : translateSaid(fault.message)
  if (ofField !== undefined) return asSentence(ofField)
  return translateSaid(detail) ?? asKnown(title) ?? detail
}

/** What the service keeps of a failure, or says of one thing of many: a detail, or the title of its catalogue. */
export function serviceText(message: string | null): string | undefined {
  if (message === null) return undefined
  return translateSaid(message) ?? asKnown(message.replace(/\.$/, '')) ?? message
}

function asKnown(title: string): string | undefined {
  const known = translateKnown(title)
  return known === undefined ? undefined : `${known}.`
}

export const asSentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`
