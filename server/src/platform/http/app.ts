import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import { Failure } from '@rendition/contract'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
  type RawServerDefault,
} from 'fastify'
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod'
import type { RequestLimits } from '../limits/index.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { dropAbsent } from './absent.ts'
import { judgeAddresses } from './addresses.ts'
import { nameByHost } from './answer-urls.ts'
import { compressText } from './compress.ts'
import { createDrain } from './drain.ts'
import { shapeFault } from './json-shape.ts'
import { keepByNobody } from './keeping.ts'
import { enforceLimits } from './limits.ts'
import { dropRest } from './linger.ts'
import { loggedPath } from './logged-path.ts'
import { type KnownElsewhere, refuseOtherMethods } from './methods.ts'
import { originOf } from './origin.ts'
import type { Authenticate, Principal } from './principal.ts'
import { sendProblem } from './problems.ts'
import { requestIdOf } from './request-id.ts'
import { enforceRights } from './rights.ts'
import { watchBodies } from './unfinished-bodies.ts'
import { answerUnread } from './unread.ts'

export type App = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>

declare module 'fastify' {
  interface FastifyRequest {
    /** The verified caller; throws 401 when the request carries no credential. */
    principal(): Promise<Principal>
    /** The verified caller, or null for an anonymous request; throws 401 for a bad credential. */
    optionalPrincipal(): Promise<Principal | null>
  }
}

export interface AppOptions extends KnownElsewhere {
  log: Logger
  metrics?: Metrics
  authenticate: Authenticate
  /** Milliseconds for one whole request, body included. Fastify's default, none, keeps slow bodies open for ever. */
  requestTimeoutMs: number
  /** Milliseconds for the headers of a request, and again for a body, where the route does not stream it. */
  bodyTimeoutMs?: number
  /** Milliseconds that requests in progress are given when the app closes. */
  drainTimeoutMs?: number
  /**
   * True from the first signal to stop. Every answer then says that its connection ends and that the process leaves,
   * so that clients and the gateway go elsewhere before the listener closes.
   */
  stopping?: () => boolean
  /** Proxies whose X-Forwarded-* headers are believed: false, true for any, or a list of addresses. */
  trustProxy?: boolean | string
  /** Counts what callers ask for; nothing is counted without it. */
  limits?: RequestLimits
  /** Our own address, where nobody said how the world reaches us: answers then name pictures by the host that was asked. */
  ownUrl?: string
  /** Throws for an address, given with a request, that this process would not call later. */
  judgeAddress?: (url: string) => Promise<void>
  /** Answers what no route fits, or gives null for the 404: the pages of a single-page app. */
  fallback?: (request: FastifyRequest, reply: FastifyReply) => FastifyReply | null
  /** Answers what needs no routing (cached renditions); true when it took the request. */
  fastPath?: (request: IncomingMessage, response: ServerResponse) => boolean
}

/** Bytes of a body, unless its route says otherwise: several times what any of the requests needs. */
const bodyLimit = 64 * 1024
/** How often connections are looked over for headers that do not come; Node's own is half a minute. */
const connectionCheckMs = 2_000

/** On the answers of a process that is about to stop; the gateway reads it and keeps it to itself. */
export const leavingHeader = 'x-rendition-leaving'

/**
 * Fastify as every role uses it: zod schemas, problem answers, request ids, the verified caller.
 * Routes are added by the rooms' `routes.ts`.
 */
export function createApp(options: AppOptions): App {
  const { bodyTimeoutMs = 10_000 } = options
  const app = Fastify({
    loggerInstance: options.log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIdOf,
    requestTimeout: options.requestTimeoutMs,
    trustProxy: options.trustProxy ?? false,
    bodyLimit,
    routerOptions: { maxParamLength: 2048 },
    forceCloseConnections: 'idle',
    // Who still has a connection while the listener closes is answered; the connection ends with the answer.
    return503OnClosing: false,
    clientErrorHandler: (error, socket) => answerUnread(error, socket, methods.methodsAt),
    // What the router cannot read reaches neither a route nor a hook.
    frameworkErrors: (error, request, reply) => {
      sendProblem(request, reply.header('x-request-id', request.id), error)
    },
    rewriteUrl: (request) => {
      const url = request.url ?? '/'
      return options.rewriteUrl?.(request.method ?? 'GET', url) ?? url
    },
    serverFactory: (handler: RequestListener) => {
      const { fastPath, stopping } = options
      const listener: RequestListener = (request, response) => {
        if (stopping?.()) response.setHeader('connection', 'close').setHeader(leavingHeader, '1')
        if (!fastPath?.(request, response)) handler(request, response)
      }
      return createServer(
        {
          requestTimeout: options.requestTimeoutMs,
          // Node refuses one that is longer than the whole; 0 is no end.
          headersTimeout: Math.min(bodyTimeoutMs, options.requestTimeoutMs || bodyTimeoutMs),
          connectionsCheckingInterval: connectionCheckMs,
          keepAliveTimeout: 72_000,
        },
        listener,
      )
    },
  }).withTypeProvider<ZodTypeProvider>() as unknown as App

  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  app.setErrorHandler((error, request, reply) => sendProblem(request, reply, error))
  app.setNotFoundHandler((request, reply) => {
    const taken = options.fallback?.(request, reply) ?? null
    return taken ?? methods.refuse(request, reply)
  })
  acceptEmptyJson(app)
  addPrincipal(app, options.authenticate)
  keepByNobody(app)
  const drain = createDrain(app.server)
  app.addHook('preClose', async () => drain.begin(options.drainTimeoutMs ?? 10_000))
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    reply.header('x-content-type-options', 'nosniff')
    refuseNul(request)
  })
  enforceLimits(app, options.limits)
  enforceRights(app)
  dropAbsent(app)
  judgeAddresses(app, options.judgeAddress ?? (async () => {}))
  if (options.ownUrl !== undefined) nameByHost(app, options.ownUrl)
  const methods = refuseOtherMethods(app, options)
  // Behind what still reads the text.
  compressText(app)
  const watchBody = watchBodies({ timeMs: bodyTimeoutMs })
  // By callback: after a turn of the loop the body's first bytes could be there before anybody listens.
  app.addHook('preParsing', (request, _reply, _payload, done) => {
    try {
      watchBody(request)
      done()
    } catch (error) {
      done(error as Failure)
    }
  })
  if (options.metrics !== undefined) measure(app, options.metrics)
  app.addHook('onResponse', async (request, reply) => {
    dropRest(request.raw)
    // Asked to change protocols and refused: the server has let go of the connection, so nobody else would end it.
    if (request.raw.headers.upgrade !== undefined && reply.statusCode >= 400) request.raw.socket.end()
    request.log.debug(
      {
        reqId: request.id,
        method: request.method,
        path: loggedPath(request.url),
        status: reply.statusCode,
        ms: reply.elapsedTime,
      },
      'answered',
    )
  })
  return app
}

/** NUL can be in a query and in no text of a database; nobody means it, so it ends here for every route alike. */
function refuseNul({ url }: FastifyRequest): void {
  const at = url.indexOf('?')
  if (at !== -1 && url.includes('%00', at)) {
    throw new Failure('invalid_request', 'The query holds a NUL character.')
  }
}

/** Many clients say `application/json` on a request without a body, a DELETE above all; that is no fault. */
function acceptEmptyJson(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  // Plain text is parsed by default, and no route takes it.
  app.removeContentTypeParser(['application/json', 'text/plain'])
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    const text = String(body)
    const fault = text === '' ? null : shapeFault(text)
    if (text === '') done(null, undefined)
    else if (fault === null) parse(request, text, done)
    else done(new Failure('invalid_request', undefined, { errors: [{ path: '', message: fault }] }))
  })
}

function addPrincipal(app: App, authenticate: Authenticate): void {
  const callers = new WeakMap<FastifyRequest, Promise<Principal | null>>()
  const optional = (request: FastifyRequest): Promise<Principal | null> => {
    const known = callers.get(request)
    if (known !== undefined) return known
    const caller = authenticate(request.headers).then(
      // Credentials are kept and given again: what is of this request alone is put beside them.
      (principal) =>
        principal && {
          ...principal,
          // Looked up by those alone who write it down.
          get origin() {
            return originOf(request)
          },
        },
    )
    callers.set(request, caller)
    return caller
  }
  app.decorateRequest('optionalPrincipal', function optionalPrincipal(this: FastifyRequest) {
    return optional(this)
  })
  app.decorateRequest('principal', async function principal(this: FastifyRequest) {
    const caller = await optional(this)
    if (caller === null) throw new Failure('unauthenticated')
    return caller
  })
}

function measure(app: App, metrics: Metrics): void {
  const seconds = metrics.histogram('rendition_http_request_duration_seconds', 'Time to answer a request.', [
    'method',
    'route',
    'status',
  ])
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    seconds.observe(
      { method: request.method, route, status: String(reply.statusCode) },
      reply.elapsedTime / 1000,
    )
  })
}
