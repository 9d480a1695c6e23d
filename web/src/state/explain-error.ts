import { isProblem, NetworkError } from '@rendition/client'
import { isOnline } from './online.ts'

/** One sentence for people about what went wrong. */
export function explainError(error: unknown): string {
  if (error instanceof NetworkError || isGateway(error)) {
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

/** What a proxy answers in the place of a service that is away. */
const isGateway = (error: unknown): boolean => isProblem(error) && [502, 504].includes(error.status)

/** What the service says of one field, as a sentence beside it: "is taken" becomes "Is taken." */
export function sentence(message: string | undefined): string | undefined {
  if (message === undefined || message === '') return message
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}${message.endsWith('.') ? '' : '.'}`
}
