import { cacheTagOf, credentialHeaders, presetTagOf } from '../../platform/http/keeping.ts'
import type { DeliveryConfig } from '../config.ts'
import type { Layer } from '../renditions/find-or-render.ts'
import type { Audience } from '../request/access.ts'
import { acceptClientHints } from '../request/hints.ts'
import { cacheControl } from './cache-control.ts'

/** What the headers of an answer say, as far as it is the same for every request of that URL. */
export interface AnswerHead {
  imageId: string
  /** Images that lie in the picture as they are now. */
  shows: readonly string[]
  /** The preset that made it what it is; null without one. */
  preset: string | null
  audience: Audience
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

/** What pages of other origins may read of a picture, of what it has. */
const exposed = [
  'etag',
  'accept-ranges',
  'content-range',
  'content-disposition',
  'cache-status',
  'server-timing',
  'x-request-id',
]

/**
 * Who has the URL may have the picture, and no cookie opens it: pages of any origin may read what opens by its URL alone.
 * Naming one origin would bind what a cache keeps to the first that asked, and a plain `<img>` names none at all.
 */
const anyOrigin = {
  'access-control-allow-origin': '*',
  'access-control-expose-headers': exposed.join(', '),
}

/** The headers of a picture, in lower case. */
export function answerHeaders(
  head: AnswerHead,
  details: AnswerDetails,
  config: DeliveryConfig,
): Record<string, string> {
  const { audience, fixed } = head
  const { remainingSeconds } = details
  // A caller's own answer must not be found by the next user of the same browser.
  const vary = audience === 'caller' ? [...head.vary, ...credentialHeaders] : head.vary
  return {
    ...(details.length === null
      ? {}
      : { 'content-type': head.contentType, 'content-length': String(details.length) }),
    etag: head.etag,
    ...(head.modifiedAt === null ? {} : { 'last-modified': head.modifiedAt.toUTCString() }),
    'cache-control': cacheControl({ audience, fixed, remainingSeconds }, config),
    ...(vary.length === 0 ? {} : { vary: vary.join(', ') }),
    ...(head.hinted ? { 'accept-ch': acceptClientHints } : {}),
    ...(head.ranges ? { 'accept-ranges': 'bytes' } : {}),
    'content-disposition': head.disposition,
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    ...(audience === 'caller' ? {} : anyOrigin),
    ...(audience === 'public'
      ? {
          'cross-origin-resource-policy': 'cross-origin',
          'cache-tag': [
            ...[head.imageId, ...head.shows].map(cacheTagOf),
            ...(head.preset === null ? [] : [presetTagOf(head.preset)]),
          ].join(','),
        }
      : {}),
    'cache-status': details.cacheStatus,
    'server-timing': details.serverTiming,
  }
}

/**
 * The headers of an answer that leads to a link. Nobody keeps it, which is what silence means: the link would go on to
 * whoever is not asked for a signature, and be over when it is found.
 */
export function redirectHeaders(head: AnswerHead, link: string): Record<string, string> {
  return {
    location: link,
    'content-length': '0',
    ...(head.audience === 'caller' ? {} : anyOrigin),
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    ...(head.audience === 'public' ? { 'cross-origin-resource-policy': 'cross-origin' } : {}),
    'cache-status': directStatus,
  }
}

/**
 * `Cache-Status` of RFC 9211, of a rendition from one of the layers. One that was made says nothing of `stored`: it is
 * stored behind the answer, and not when too much waits for that.
 */
export const cacheStatusOf = (layer: Layer): string =>
  layer === 'render' ? 'rendition; fwd=miss; detail=rendered' : `rendition; hit; detail=${layer}`
export const bypassStatus = 'rendition; fwd=bypass; detail=original'
const directStatus = 'rendition; fwd=bypass; detail=direct'
