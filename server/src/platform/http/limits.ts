import { Failure } from '@rendition/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import {
  type Counted,
  type LimitKind,
  LimitReached,
  type LimitState,
  type RequestLimits,
} from '../limits/index.ts'
import { networkOf } from './network.ts'

/**
 * What a call of a route counts as. `elsewhere` where it leads to other routes, of this process or another, which count
 * for themselves; `none` for what costs nothing that is worth a count. A picture counts where it has to be made.
 */
export type RouteLimit = LimitKind | 'elsewhere' | 'none'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Stands in every route's definition, beside its rights; without one a process does not start. */
    limit?: RouteLimit
  }
  interface FastifyReply {
    /** Counts further things of a kind for the caller, and says in the headers what is left. Throws `rate_limited` for what is asked. */
    count(kind: LimitKind, amount?: number, when?: Counted): Promise<void>
    /** Takes one back that was counted, and not done after all. */
    uncount(kind: LimitKind): Promise<void>
  }
}

/** Whom a request counts for: the account behind its credential, whichever that is, else the address. */
export async function countedFor(request: FastifyRequest): Promise<string> {
  const asksNobody = request.routeOptions.config.rights?.who === 'anyone'
  // A credential that is not valid, or cannot be judged now, is refused by whoever needs it.
  const principal = asksNobody ? null : await request.optionalPrincipal().catch(() => null)
  return principal === null ? `address:${networkOf(request.ip)}` : `account:${principal.userId}`
}

/** Counts every call by what its route declares, before anything of its body is read. */
export function enforceLimits(
  app: Pick<FastifyInstance, 'addHook' | 'decorateReply'>,
  limits: RequestLimits | undefined,
): void {
  requireLimits(app)
  app.decorateReply('count', async function count(this: FastifyReply, kind: LimitKind, amount, when) {
    if (limits === undefined) return
    const state = await limits.take(kind, await countedFor(this.request), amount, when)
    if (state !== null) sayLimit(this, state)
  })
  app.decorateReply('uncount', async function uncount(this: FastifyReply, kind: LimitKind) {
    const state = await limits?.giveBack(kind, await countedFor(this.request))
    if (state) sayLimit(this, state)
  })
  app.addHook('onRequest', async (request, reply) => {
    if (request.is404) return
    const { limit, streamsBody } = request.routeOptions.config
    if (limit === undefined) throw new Failure('internal', undefined, { cause: 'a route without a limit' })
    if (limit === 'none' || limit === 'elsewhere' || limit === 'renders') return
    await reply.count(limit)
    const bytes = Number(request.headers['content-length'] ?? 0)
    // A body in chunks is counted when it came; none is let in beyond what came before.
    const inChunks = request.headers['transfer-encoding'] !== undefined
    if (streamsBody === true && (bytes > 0 || inChunks)) await reply.count('uploadBytes', bytes)
  })
}

function requireLimits(app: Pick<FastifyInstance, 'addHook'>): void {
  const routes: RouteOptions[] = []
  app.addHook('onRoute', (route) => void routes.push(route))
  app.addHook('onReady', async () => {
    const open = routes.filter(({ config }) => config?.limit === undefined)
    if (open.length === 0) return
    const names = open.map(({ method, url }) => `${method} ${url}`).join(', ')
    throw new Error(`These routes do not declare what they count as (config.limit): ${names}`)
  })
}

/** Of a failure, however far from a route it was found. */
export function sayLimitReached(reply: FastifyReply, failure: Failure): void {
  if (failure instanceof LimitReached) sayLimit(reply, failure.state)
}

export const limitHeaders = ['ratelimit-policy', 'ratelimit'] as const

/** As draft-ietf-httpapi-ratelimit-headers-10 has it: a list, with a member for each limit that the call counted for. */
function sayLimit(reply: FastifyReply, { name, most, seconds, unit, left, resetSeconds }: LimitState): void {
  const measured = unit === 'requests' ? '' : `;qu="${unit}"`
  addMember(reply, 'ratelimit-policy', name, `;q=${most};w=${seconds}${measured}`)
  addMember(reply, 'ratelimit', name, `;r=${left};t=${resetSeconds}`)
}

function addMember(reply: FastifyReply, header: string, name: string, parameters: string): void {
  const said = String(reply.getHeader(header) ?? '')
  // The same limit counted twice, a batch after its first job: what is left is what the last one says.
  const others = said.split(', ').filter((member) => member !== '' && !member.startsWith(`"${name}";`))
  reply.header(header, [...others, `"${name}"${parameters}`].join(', '))
}
