import type { FastifyInstance, FastifyReply } from 'fastify'

/** Of whatever is not made for everybody: who does not know the one word knows the other. */
const nobodys = 'private, no-store'
/** What tells who asks. */
export const credentialHeaders: readonly string[] = ['Authorization', 'X-API-Key']
/** What a failure says to caches, for those that are written without a reply. */
export const failureKeeping = { 'cache-control': 'no-store', vary: credentialHeaders.join(', ') } as const

/**
 * Headers of an answer that scripts of another origin may read, besides the few that every script may.
 * https://fetch.spec.whatwg.org/#cors-safelisted-response-header-name
 */
export const exposedHeaders: readonly string[] = [
  'x-request-id',
  'location',
  'etag',
  'accept-ranges',
  'content-range',
  'content-disposition',
  'retry-after',
  'ratelimit',
  'ratelimit-policy',
  'cache-status',
  'server-timing',
  'tus-resumable',
  'tus-version',
  'tus-extension',
  'tus-max-size',
  'tus-checksum-algorithm',
  'upload-offset',
  'upload-length',
  'upload-defer-length',
  'upload-metadata',
  'upload-concat',
  'upload-expires',
  'x-image-id',
  'x-job-id',
  'rendition-receipt',
]

/** What shared caches know an image's pictures by: `Cache-Tag` of every public one, and what a purge names. */
export const cacheTagOf = (imageId: string): string => `image-${imageId}`
/** The same of a preset, for those that it made what they are. */
export const presetTagOf = (name: string): string => `preset-${name}`

/**
 * Every answer is its asker's alone unless its route says otherwise. A shared cache keeps what says nothing: Varnish for
 * two minutes, nginx for as long as `proxy_cache_valid` says, and both give it to whoever asks for the same URL, since
 * neither has heard of `X-API-Key`.
 */
export function keepByNobody(app: Pick<FastifyInstance, 'addHook'>): void {
  app.addHook('onSend', (_request, reply, payload, done) => {
    sayWhoKeeps(reply)
    done(null, payload)
  })
}

/** For answers that are written without `reply.send`, which no hook sees. */
export function sayWhoKeeps(reply: FastifyReply): void {
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', nobodys)
  if (String(reply.getHeader('cache-control')).includes('no-store')) addVary(reply, credentialHeaders)
}

/** Adds what decided an answer to what is named there already. */
export function addVary(reply: FastifyReply, names: readonly string[]): void {
  const said = String(reply.getHeader('vary') ?? '')
  const known = said.toLowerCase().split(/\s*,\s*/)
  if (known.includes('*')) return
  const fresh = names.filter((name) => !known.includes(name.toLowerCase()))
  if (fresh.length > 0) reply.header('vary', [...(said === '' ? [] : [said]), ...fresh].join(', '))
}
