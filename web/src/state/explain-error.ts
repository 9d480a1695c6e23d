import { isProblem, NetworkError, type ProblemError } from '@rendition/client'
import type { ErrorCode } from '@rendition/contract'
import type { Phrase } from '../languages/catalogue.ts'
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

const whatToDo: Partial<Record<ErrorCode, Phrase>> = {
  unsupported_media_type: 'Save it as JPEG, PNG or WebP and upload that.',
  undecodable: 'Copy it anew from where it comes from, or open it in an editor and save it.',
  too_many_pixels: 'Make it smaller and upload that.',
  animation_too_large: 'Shorten it or make it smaller, and upload that.',
  file_too_large: 'Save it smaller or compress it more, and upload that.',
  quota_exceeded: 'Delete photos that you no longer need, then retry.',
  storage_full: 'The service has no room just now. What was sent is kept: retry later.',
  forbidden: 'Ask an administrator for the right to upload.',
}

/** Why a file was not taken, and what one can do about it. */
export function explainUpload(error: unknown): string {
  if (error instanceof Error && error.constructor === Error && error.message !== '')
    return serviceText(error.message) ?? error.message
  const why = explainError(error)
  const then = isProblem(error) ? whatToDo[error.code] : undefined
  return then === undefined ? why : `${why}${/[.!?]$/.test(why) ? '' : '.'} ${t(then)}`
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

/** What the service says of a field of the forms that everybody sees; what it says of others is English. */
const fieldFaults: readonly Phrase[] = [
  'is taken',
  'is needed',
  'is not an email address',
  'is among the passwords that are tried first: choose another one',
  'letters, digits, dot, dash and underscore only',
  'no letters that cannot be seen',
  'letters of one alphabet only',
  'email or username is required',
  'must be in the future',
]

function fieldText(message: string): string {
  const [, bound, count] = /^at (least|most) (\d+) characters$/.exec(message) ?? []
  if (bound === 'least') return t('at least {count} characters', { count: Number(count) })
  if (bound === 'most') return t('at most {count} characters', { count: Number(count) })
  const known = fieldFaults.find((text) => text === message)
  return known === undefined ? message : t(known)
}

/** What the service says of one field, as a sentence beside it: "is taken" becomes "Is taken." */
export function sentence(message: string | undefined): string | undefined {
  if (message === undefined || message === '') return message
  const text = fieldText(message)
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`
}
