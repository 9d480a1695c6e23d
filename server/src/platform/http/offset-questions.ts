import { Failure } from '@rendition/contract'

/** Where an upload lies that comes in pieces: an account's, and a guest's. */
const uploads = /^\/api\/(?:uploads|shared\/[^/]+\/uploads)\/[^/?]+(?:\?|$)/

/** Asks how far an upload is; `url` as asked for, or of a route. */
export const asksForOffset = (method: string, url: string): boolean => method === 'HEAD' && uploads.test(url)

/** Says nothing of the upload, only that it cannot be said now. */
export const isNoWord = (status: number): boolean => status === 429 || status >= 500

/**
 * What such a question is answered with instead of what passes. tus-js-client, and Uppy with it, take every refusal but 423
 * for the end of the upload: they begin another from its first byte, and the room of the first stays taken for a day.
 */
export function askedAgain(failure: Failure): Failure {
  if (!isNoWord(failure.status)) return failure
  return new Failure('upload_locked', failure.detail, {
    retryAfter: failure.retryAfter ?? 1,
    cause: failure,
  })
}
