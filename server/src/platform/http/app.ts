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
import type { Logger } from '../telemetry/logger.ts'
import type { Metrics } from '../telemetry/metrics.ts'
import { createDrain } from './drain.ts'
import { dropRest } from './linger.ts'
import { collectMethods } from './methods.ts'
import type { Authenticate, Principal } from './principal.ts'
import { sendProblem } from './problems.ts'
import { requestIdOf } from './request-id.ts'

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

export interface AppOptions {
  logger: Logger
  metrics?: Metrics
  authenticate: Authenticate
  /** Milliseconds for one whole request, body included. Fastify's default, none, keeps slow bodies open for ever. */
  requestTimeoutMs: number
  /** Milliseconds that requests in progress are given when the app closes. */
  drainTimeoutMs?: number
  /**
   * True from the first signal to stop. Every answer then says that its connection ends and that the process leaves,
   * so that clients and the gateway go elsewhere before the listener closes.
   */
  stopping?: () => boolean
  /** Proxies whose X-Forwarded-* headers are believed: false, true for any, or a list of addresses. */
  trustProxy?: boolean | string
  /** Throws for a request that is not let in, before anything of it is read. */
  admit?: (request: FastifyRequest, reply: FastifyReply) => Promise<void>
  /** Gives the URL to route for the one that was asked: the gateway's older paths. */
  rewriteUrl?: (method: string, url: string) => string
  /** Answers what no route fits, or gives null for the 404: the pages of a single-page app. */
  fallback?: (request: FastifyRequest, reply: FastifyReply) => FastifyReply | null
  /** Answers what needs no routing (cached renditions); true when it took the request. */
  fastLane?: (request: IncomingMessage, response: ServerResponse) => boolean
}

/** On the answers of a process that is about to stop; the gateway reads it and keeps it to itself. */
export const leavingHeader = 'x-rendition-leaving'

/**
 * Fastify as every role uses it: zod schemas, problem answers, request ids, the verified caller.
 * Routes are added by the rooms' `routes.ts`.
 */
export function createApp(options: AppOptions): App {
  const app = Fastify({
    loggerInstance: options.logger as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestIdOf,
    requestTimeout: options.requestTimeoutMs,
    trustProxy: options.trustProxy ?? false,
    bodyLimit: 1024 * 1024,
    routerOptions: { maxParamLength: 2048 },
    forceCloseConnections: 'idle',
    // Who still has a connection while the listener closes is answered; the connection ends with the answer.
    return503OnClosing: false,
    rewriteUrl: (request) => {
      const url = request.url ?? '/'
      return options.rewriteUrl?.(request.method ?? 'GET', url) ?? url
    },
    serverFactory: (handler: RequestListener) => {
      const { fastLane, stopping } = options
      const listener: RequestListener = (request, response) => {
        if (stopping?.()) response.setHeader('connection', 'close').setHeader(leavingHeader, '1')
        if (!fastLane?.(request, response)) handler(request, response)
      }
      return createServer({ requestTimeout: options.requestTimeoutMs, keepAliveTimeout: 72_000 }, listener)
    },
  }).withTypeProvider<ZodTypeProvider>() as unknown as App

  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  const methodsAt = collectMethods(app)
  app.setErrorHandler((error, request, reply) => sendProblem(request, reply, error))
  app.setNotFoundHandler((request, reply) => {
    const taken = options.fallback?.(request, reply) ?? null
    if (taken !== null) return taken
    const at = `${request.method} ${pathOf(request)}`
    const methods = methodsAt(pathOf(request))
    if (methods.length === 0)
      return sendProblem(request, reply, new Failure('not_found', `There is nothing at ${at}.`))
    reply.header('allow', methods.join(', '))
    const detail = `${at} does not exist; here ${methods.join(', ')} may be used.`
    return sendProblem(request, reply, new Failure('method_not_allowed', detail))
  })
  acceptEmptyJson(app)
  addPrincipal(app, options.authenticate)
  const drain = createDrain(app.server)
  app.addHook('preClose', async () => drain.begin(options.drainTimeoutMs ?? 10_000))
  app.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id)
    reply.header('x-content-type-options', 'nosniff')
    await options.admit?.(request, reply)
  })
  if (options.metrics !== undefined) measure(app, options.metrics)
  app.addHook('onResponse', async (request, reply) => {
    dropRest(request.raw)
    request.log.debug(
      {
        reqId: request.id,
        method: request.method,
        path: pathOf(request),
        status: reply.statusCode,
        ms: reply.elapsedTime,
      },
      'answered',
    )
  })
  return app
}

/** Without the query: signatures and tokens of other systems live there. */
function pathOf(request: FastifyRequest): string {
  const at = request.url.indexOf('?')
  return at === -1 ? request.url : request.url.slice(0, at)
}

/** Many clients say `application/json` on a request without a body, a DELETE above all; that is no fault. */
function acceptEmptyJson(app: App): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  // Plain text is parsed by default, and no route takes it.
  app.removeContentTypeParser(['application/json', 'text/plain'])
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined)
    else parse(request, String(body), done)
  })
}

function addPrincipal(app: App, authenticate: Authenticate): void {
  const callers = new WeakMap<FastifyRequest, Promise<Principal | null>>()
  const optional = (request: FastifyRequest): Promise<Principal | null> => {
    const known = callers.get(request)
    if (known !== undefined) return known
    const caller = authenticate(request.headers)
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
