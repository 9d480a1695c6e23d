import { isProblem, NetworkError } from '@rendition/client'
import type { ErrorCode } from '@rendition/contract'
import { isOnline } from './online.ts'

/** A fault that the page finds itself, or that the service told in words: the message is a sentence for people. */
export class FaultInWords extends Error {}

/** One sentence for people about what went wrong. */
export function explainError(error: unknown): string {
  if (error instanceof FaultInWords) return error.message
  if (isUnanswered(error)) {
    return isOnline() ? 'The service cannot be reached right now.' : 'You are offline.'
  }
  if (isProblem(error)) {
    if (error.code === 'rate_limited' && error.retryAfter !== null) {
      return `Too many attempts. Try again in ${error.retryAfter} s.`
    }
    return error.detail
  }
  return 'Something went wrong.'
}

const whatToDo: Partial<Record<ErrorCode, string>> = {
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
  if (error instanceof Error && error.constructor === Error && error.message !== '') return error.message
  const why = explainError(error)
  const then = isProblem(error) ? whatToDo[error.code] : undefined
  return then === undefined ? why : `${why}${/[.!?]$/.test(why) ? '' : '.'} ${then}`
}

/** Whether the service did not answer: nobody knows what became of what was asked. */
export const isUnanswered = (error: unknown): boolean => error instanceof NetworkError || isGateway(error)

/** What a proxy answers in the place of a service that is away. */
const isGateway = (error: unknown): boolean => isProblem(error) && [502, 504].includes(error.status)

/** What the service says of one field, as a sentence beside it: "is taken" becomes "Is taken." */
export function sentence(message: string | undefined): string | undefined {
  if (message === undefined || message === '') return message
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${message.endsWith('.') ? '' : '.'}`
}
