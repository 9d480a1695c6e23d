import { isProblem } from '@rendition/client'
import type { ErrorCode } from '@rendition/contract'
import type { Phrase } from '../languages/catalogue.ts'
import { t } from '../languages/translate.ts'
import { explainError, serviceText } from './explain-error.ts'

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
  // Where the service itself says what can be done, two answers would be one too many.
  const isTold = isProblem(error) && /\bupload a\b/.test(error.detail)
  const then = isProblem(error) && !isTold ? whatToDo[error.code] : undefined
  return then === undefined ? why : `${why}${/[.!?]$/.test(why) ? '' : '.'} ${t(then)}`
}
