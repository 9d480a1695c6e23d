import { Readable } from 'node:stream'
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { headerListOf } from './header-list.ts'
import { addVary } from './keeping.ts'

/** Less than this is one packet either way. Bytes. */
const smallest = 1_024
/** A list of two hundred images, 349 KB, is 74 after 13 ms; at the best quality 64 after 2.3 s. */
const brotli = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } }
const text =
  /^(text\/(?!event-stream)|application\/(.+\+)?(json|xml)\b|(application|text)\/javascript|image\/svg)/

type Encoding = 'br' | 'gzip'

/**
 * Text answers are sent compressed to whoever takes that: lists, pages, the API description. Pictures are compressed
 * already, streams of events must arrive as they happen, and what carries a strong ETag is named byte by byte; all three
 * stay as they are.
 *
 * The length of a compressed answer tells whoever can choose a part of it about the rest (BREACH). Secrets are shown once,
 * in answers to POST and PATCH, and under `/api/auth`: none of these is compressed.
 */
export function compressText(app: Pick<FastifyInstance, 'addHook'>): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    // Says what its 200 said: what may be compressed is what has a weak tag.
    if (reply.statusCode === 304 && String(reply.getHeader('etag')).startsWith('W/')) {
      addVary(reply, ['Accept-Encoding'])
    }
    if (!mayCompress(request, reply, payload)) return done(null, payload)
    addVary(reply, ['Accept-Encoding'])
    const encoding = encodingFor(request.headers['accept-encoding'])
    if (encoding === null) return done(null, payload)
    const begin = (): void => {
      reply.removeHeader('content-length')
      reply.removeHeader('accept-ranges')
      reply.header('content-encoding', encoding)
    }
    if (payload instanceof Readable) {
      begin()
      const compressed = encoding === 'br' ? createBrotliCompress(brotli) : createGzip()
      payload.once('error', (error) => compressed.destroy(error))
      compressed.once('close', () => payload.destroy())
      return done(null, payload.pipe(compressed))
    }
    const settle = (error: Error | null, bytes: Buffer): void => {
      if (error === null) {
        begin()
        done(null, bytes)
      } else done(error)
    }
    if (encoding === 'br') brotliCompress(payload as string | Buffer, brotli, settle)
    else gzip(payload as string | Buffer, settle)
  })
}

function mayCompress({ method, url }: FastifyRequest, reply: FastifyReply, payload: unknown): boolean {
  if ((method !== 'GET' && method !== 'HEAD') || reply.statusCode !== 200) return false
  if (!text.test(String(reply.getHeader('content-type') ?? ''))) return false
  if (url.startsWith('/api/auth/') || reply.hasHeader('content-encoding')) return false
  if (String(reply.getHeader('cache-control') ?? '').includes('no-transform')) return false
  const etag = reply.getHeader('etag')
  if (etag !== undefined && !String(etag).startsWith('W/')) return false
  if (payload instanceof Readable) return Number(reply.getHeader('content-length') ?? smallest) >= smallest
  return (typeof payload === 'string' || Buffer.isBuffer(payload)) && Buffer.byteLength(payload) >= smallest
}

/** What of `Accept-Encoding` we speak, as it is preferred; brotli where both are. */
function encodingFor(accepted: string | undefined): Encoding | null {
  if (accepted === undefined) return null
  const weights = new Map<string, number>()
  for (const { name, parameters } of headerListOf(accepted)) {
    const weight = parameters.find((each) => each.startsWith('q='))
    weights.set(name, weight === undefined ? 1 : Number(weight.slice(2)) || 0)
  }
  const weightOf = (name: Encoding): number => weights.get(name) ?? weights.get('*') ?? 0
  const [br, gz] = [weightOf('br'), weightOf('gzip')]
  if (br === 0 && gz === 0) return null
  return br >= gz ? 'br' : 'gzip'
}
