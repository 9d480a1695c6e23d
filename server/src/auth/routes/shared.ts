import { idSchema } from '@rendition/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Origin } from '../origin.ts'
import { LimitReached } from '../throttle.ts'

export const idParamsSchema = z.object({ id: idSchema })

/** How a credential is sent, for OpenAPI, which declares both schemes. */
export const signedIn = [{ token: [] }, { apiKey: [] }]
export const byToken = [{ token: [] }]
export const byKey = [{ apiKey: [] }]
export const anybody: Record<string, string[]>[] = []

export const noContent = z.null().describe('Done.')

export function originOf(request: FastifyRequest): Origin {
  return {
    address: request.ip,
    userAgent: request.headers['user-agent'] ?? null,
    requestId: request.id,
  }
}

/** Answers that hold credentials or personal data are nobody's to keep. */
export async function noStore(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.header('cache-control', 'no-store')
}

/**
 * Adds the RateLimit headers to a refusal: the draft's present form (draft-ietf-httpapi-ratelimit-headers-10) and
 * the three fields of its older ones, which most clients still read. Use as `onError`.
 */
export async function rateLimitHeaders(
  _request: FastifyRequest,
  reply: FastifyReply,
  error: Error,
): Promise<void> {
  if (!(error instanceof LimitReached)) return
  const reset = Math.ceil(error.retryAfter ?? 1)
  reply.headers({
    'ratelimit-policy': `"${error.policy}";q=${error.limit};w=${error.windowSeconds}`,
    ratelimit: `"${error.policy}";r=0;t=${reset}`,
    'ratelimit-limit': error.limit,
    'ratelimit-remaining': 0,
    'ratelimit-reset': reset,
  })
}
