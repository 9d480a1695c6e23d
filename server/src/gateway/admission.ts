import { Failure } from '@rendition/contract'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { networkOf } from '../platform/http/network.ts'
import type { CreateLimiter } from '../platform/limits/index.ts'

/** Lets a request in, or throws `rate_limited`. */
export type Admit = (request: FastifyRequest, reply: FastifyReply) => Promise<void>

const windowSeconds = 60
/** Asks one of today's routes for each call, and that one is counted. */
const countedWhereItLeads = '/api/JobStatus/:id'

/**
 * So many calls of the API a minute from one address. Pictures are not counted: a page may show hundreds, and what is
 * dear about them is rendering, which has a gate of its own.
 */
export function createAdmission(perMinute: number, createLimiter: CreateLimiter): Admit {
  const limiter = createLimiter('gateway', perMinute, windowSeconds)
  return async (request, reply) => {
    if (!isCounted(request)) return
    const network = networkOf(request.ip)
    const state = await limiter.penalty(network, 1)
    if (state.consumedPoints <= perMinute) return
    const seconds = Math.max(1, Math.ceil(state.msBeforeNext / 1000))
    reply.headers({
      'ratelimit-policy': `"requests";q=${perMinute};w=${windowSeconds}`,
      ratelimit: `"requests";r=0;t=${seconds}`,
    })
    throw new Failure('rate_limited', 'Too many requests from this address. Try again later.', {
      retryAfter: seconds,
    })
  }
}

/** By the route that was found: one path can be written in many ways, and only routing reads them all. */
function isCounted(request: FastifyRequest): boolean {
  const path = request.routeOptions.url ?? request.url
  return path.startsWith('/api/') && !path.startsWith('/api/health') && path !== countedWhereItLeads
}
