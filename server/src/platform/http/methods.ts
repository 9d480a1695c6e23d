import { METHODS } from 'node:http'
import { Failure } from '@rendition/contract'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Leads to another process, which knows its own methods. */
    forwards?: boolean
  }
}

/** The methods of a path; none where nothing is. */
export type MethodsAt = (path: string) => readonly string[]

/** Where the methods are known that this process's routes do not tell: at processes that it leads to. */
export interface KnownElsewhere {
  methodsAt?: MethodsAt
  rewriteUrl?: (method: string, url: string) => string
}

/**
 * Answers every method that a known path does not have with 405 and `Allow`, before anything of a body is read. What is
 * registered from now on is known. A path that is a route of its own has that route's methods alone, although it fits
 * another's parameter: `/keys/current` is no key.
 */
export function refuseOtherMethods(
  app: Pick<FastifyInstance, 'addHook'>,
  elsewhere: KnownElsewhere,
): { methodsAt: MethodsAt; refuse(request: FastifyRequest, reply: FastifyReply): never } {
  const own = collectMethods(app)
  const methodsAt = (path: string): string[] => {
    const methods = new Set([...own.at(path), ...(elsewhere.methodsAt?.(path) ?? [])])
    if (methods.has('GET')) methods.add('HEAD')
    return [...methods].sort()
  }
  const refuse = (request: FastifyRequest, reply: FastifyReply): never => {
    const path = pathOf(request.url)
    const at = `${request.method} ${path}`
    const methods = methodsAt(path)
    if (methods.length === 0 || methods.includes(request.method))
      throw new Failure('not_found', `There is nothing at ${at}.`)
    reply.header('allow', methods.join(', '))
    throw notAllowed(at, methods)
  }
  app.addHook('preParsing', (request, reply, _payload, done) => {
    try {
      // What is asked by GET may still be a page of the gallery.
      if (request.is404 ? request.method !== 'GET' : own.isAnother(request)) refuse(request, reply)
      done()
    } catch (error) {
      done(error as Failure)
    }
  })
  return {
    // By a method that Node's parser does not know: the rewriting is told what it would be told of any other.
    methodsAt: (path) => methodsAt(elsewhere.rewriteUrl?.('*', path) ?? path),
    refuse,
  }
}

export function notAllowed(at: string, methods: readonly string[]): Failure {
  return new Failure('method_not_allowed', `${at} does not exist; here ${methods.join(', ')} may be used.`)
}

const known: ReadonlySet<string> = new Set(METHODS)
const requestLine = /^([!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}) (\/[^ ?#\r\n]*)[^ \r\n]* HTTP\/1\.[01]\r\n/

/** What a request asks for whose method Node's parser gave up on; null where it cannot be told. */
export function unknownMethodIn(packet: Buffer, errorAt: number): { method: string; path: string } | null {
  const begin = packet.lastIndexOf('\n', errorAt) + 1
  const [, method, path] = requestLine.exec(packet.toString('latin1', begin, begin + 16_384)) ?? []
  return method === undefined || path === undefined || known.has(method) ? null : { method, path }
}

export const pathOf = (url: string): string => {
  const at = url.indexOf('?')
  return at === -1 ? url : url.slice(0, at)
}

/** Remembers which methods each path has, as routes are added. */
function collectMethods(app: Pick<FastifyInstance, 'addHook'>) {
  const exact = new Map<string, Set<string>>()
  const patterns = new Map<string, { fits: RegExp; methods: Set<string> }>()
  app.addHook('onRoute', ({ url, method, config }) => {
    const methods = [method].flat()
    // What leads to another process is known there; `*` answers for every path there is.
    if (config?.forwards === true || url === '*') return
    const plain = !/[:*]/.test(url)
    const taken = plain
      ? (exact.get(url) ?? new Set<string>())
      : (patterns.get(url)?.methods ?? new Set<string>())
    for (const each of methods) taken.add(each)
    if (plain) exact.set(url, taken)
    else patterns.set(url, { fits: patternOf(url), methods: taken })
  })
  return {
    at(path: string): string[] {
      const alone = exact.get(path)
      if (alone !== undefined) return [...alone]
      return [...patterns.values()]
        .filter(({ fits }) => fits.test(path))
        .flatMap(({ methods }) => [...methods])
    },
    /** Routed by a parameter, where a route of this very path has other methods. */
    isAnother(request: FastifyRequest): boolean {
      if (request.routeOptions.url?.includes(':') !== true) return false
      return exact.has(pathOf(request.url))
    },
  }
}

/** `/images/:id` as an expression for whole paths. */
function patternOf(url: string): RegExp {
  const parts = url
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : part === '*' ? '.*' : escaped(part)))
  return new RegExp(`^${parts.join('/')}$`)
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
