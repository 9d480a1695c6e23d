import type { LinkTerms, Storage, StorageKey } from '../../platform/storage/index.ts'
import type { DeliveryConfig } from '../config.ts'
import type { PictureRequest } from '../request/picture-request.ts'
import type { AnswerHead } from './headers.ts'

/**
 * Headers that clients take along to where a redirect leads. A credential is nothing that the storage should see (and
 * S3 refuses a request with two); a date is not its date: after an undo it would call the newer picture unchanged;
 * an `If-Match` with our ETag would be answered 412.
 */
const forUsAlone = ['authorization', 'x-api-key', 'if-modified-since', 'if-unmodified-since', 'if-match']

export const isRedirectable = (headers: Readonly<Record<string, unknown>>): boolean =>
  forUsAlone.every((name) => headers[name] === undefined)

/** With less time than this a link may be over before the client has followed it. */
const leastSeconds = 10

export interface DirectOptions {
  storage: Pick<Storage, 'link'>
  config: Pick<DeliveryConfig, 'directSeconds' | 'directBytes'>
  now: Date
}

/** Where the storage itself sends this original to whoever asks; null when the service is to send it. */
export async function directLink(
  request: Pick<PictureRequest, 'method' | 'redirectable' | 'range'>,
  original: { key: StorageKey; size: number },
  head: AnswerHead,
  expiresAt: number | null,
  { storage, config, now }: DirectOptions,
): Promise<string | null> {
  if (storage.link === null || original.size < config.directBytes) return null
  // A link is for one method.
  if (request.method !== 'GET' || !request.redirectable) return null
  // The storage has ETags of its own, and would send the whole.
  if (request.range.ifRange === head.etag) return null
  const terms = termsOf(head, expiresAt, config.directSeconds, now)
  return terms === null ? null : storage.link(original.key, terms)
}

/**
 * For half of its life everybody gets the same link, so that a browser finds in its cache what it has shown before. It
 * never outlives the signature that it was given for.
 */
function termsOf(head: AnswerHead, expiresAt: number | null, longest: number, now: Date): LinkTerms | null {
  const second = Math.floor(now.getTime() / 1000)
  const half = Math.floor(longest / 2)
  const from = second - (second % half)
  const seconds = expiresAt === null ? longest : Math.min(longest, expiresAt - from)
  if (from + seconds - second < leastSeconds) return null
  return {
    from: new Date(from * 1000),
    seconds,
    contentType: head.contentType,
    contentDisposition: head.disposition,
    // Asked for again each time, at the price of a 304: what a browser keeps must not outlive the link.
    cacheControl: 'private, no-cache',
  }
}
