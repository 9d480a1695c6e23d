import { cacheControl, type Keeping } from './cache-control.ts'
import type { DeliveryConfig } from './config.ts'
import { acceptClientHints } from './negotiation.ts'

/** What the headers of an answer say, as far as it is the same for every request of that URL. */
export interface AnswerFacts {
  imageId: string
  audience: Keeping['audience']
  fixed: boolean
  etag: string
  contentType: string
  disposition: string
  /** null where the picture can go back to an older one, which a date cannot tell. */
  modifiedAt: Date | null
  /** Request headers that chose the picture. */
  vary: readonly string[]
  /** Client hints were used: browsers are asked for them. */
  hinted: boolean
  /** Byte ranges are served. */
  ranges: boolean
}

/** What differs from one request to the next. */
export interface AnswerDetails {
  /** Bytes; null for an answer without a body. */
  length: number | null
  remainingSeconds: number | null
  cacheStatus: string
  serverTiming: string
}

/** A picture runs nothing, loads nothing and is in nobody's frame with rights, whatever a browser makes of it. */
const policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

/** The headers of a picture, in lower case. */
export function answerHeaders(
  facts: AnswerFacts,
  details: AnswerDetails,
  config: DeliveryConfig,
): Record<string, string> {
  const { audience, fixed } = facts
  const { remainingSeconds } = details
  // A caller's own answer must not be found by the next user of the same browser.
  const vary = audience === 'caller' ? [...facts.vary, 'Authorization', 'X-API-Key'] : facts.vary
  return {
    ...(details.length === null
      ? {}
      : { 'content-type': facts.contentType, 'content-length': String(details.length) }),
    etag: facts.etag,
    ...(facts.modifiedAt === null ? {} : { 'last-modified': facts.modifiedAt.toUTCString() }),
    'cache-control': cacheControl({ audience, fixed, remainingSeconds }, config),
    ...(vary.length === 0 ? {} : { vary: vary.join(', ') }),
    ...(facts.hinted ? { 'accept-ch': acceptClientHints } : {}),
    ...(facts.ranges ? { 'accept-ranges': 'bytes' } : {}),
    'content-disposition': facts.disposition,
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    ...(audience === 'public'
      ? { 'cross-origin-resource-policy': 'cross-origin', 'cache-tag': `image-${facts.imageId}` }
      : {}),
    'cache-status': details.cacheStatus,
    'server-timing': details.serverTiming,
  }
}

/**
 * The headers of an answer that leads to a link. Nobody keeps it: the link would go on to whoever is not asked for a
 * signature, and be over when it is found.
 */
export function redirectHeaders(facts: AnswerFacts, link: string): Record<string, string> {
  return {
    location: link,
    'content-length': '0',
    'cache-control': 'no-store',
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    ...(facts.audience === 'public' ? { 'cross-origin-resource-policy': 'cross-origin' } : {}),
    'cache-status': directStatus,
  }
}

/** `Cache-Status` of RFC 9211 for an answer from one of the levels. */
export const hitStatus = (layer: string): string => `rendition; hit; detail=${layer}`
/** Without `stored`: it is stored behind the answer, and not when too much waits for that. */
export const missStatus = 'rendition; fwd=miss; detail=rendered'
export const bypassStatus = 'rendition; fwd=bypass; detail=original'
const directStatus = 'rendition; fwd=bypass; detail=direct'
