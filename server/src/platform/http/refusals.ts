import { type ErrorCode, errorCatalogue } from '@rendition/contract'
import type { RouteOptions } from 'fastify'
import { addressFields } from './addresses.ts'
import { asksForOffset, isNoWord } from './offset-questions.ts'
import { type Rights, scopesOf } from './rights.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * The codes that a route refuses with for reasons of its own. What follows from its rights, its path, its body and
     * the way to it is added (`refusalsOf`).
     */
    refusals?: readonly ErrorCode[]
  }
}

/** Of whoever judges a credential. */
export const ofCredentials: readonly ErrorCode[] = ['unauthenticated', 'token_expired', 'token_invalid']
/** Of whoever asks another route on behalf of the caller. */
export const ofCallers: readonly ErrorCode[] = [...ofCredentials, 'forbidden', 'insufficient_scope']
/** Of a signed URL. */
export const ofSignatures: readonly ErrorCode[] = [
  'signature_required',
  'signature_invalid',
  'signature_expired',
]
/** Of reading a picture, from its header on. */
const ofReading: readonly ErrorCode[] = [
  'unsupported_media_type',
  'undecodable',
  'too_many_pixels',
  'animation_too_large',
  'render_timeout',
  'render_too_large',
  'render_crashed',
  'overloaded',
]
/** Of making a picture while the caller waits. */
export const ofRendering: readonly ErrorCode[] = [...ofReading, 'output_too_large', 'unsupported_output']
/** Of a file that is taken in. */
export const ofFiles: readonly ErrorCode[] = [
  ...ofReading,
  'file_missing',
  'file_too_large',
  'quota_exceeded',
  'duplicate',
  'digest_mismatch',
]

/** On the way to any route: what cannot be read, comes too slowly or too often, and what is not the caller's fault. */
const anywhere: readonly ErrorCode[] = [
  'invalid_request',
  'request_timeout',
  'rate_limited',
  'headers_too_large',
  'internal',
  'unavailable',
]
/** Of a method that may bring a body, whether or not its route takes one, and that may write. */
const ofWrites: readonly ErrorCode[] = [
  'request_too_large',
  'unsupported_media_type',
  'overloaded',
  'storage_full',
]
const writing: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/** Every code that a route can refuse with, in the order of the catalogue. */
export function refusalsOf({
  method,
  url,
  config,
  schema,
}: Pick<RouteOptions, 'method' | 'url' | 'config' | 'schema'>): ErrorCode[] {
  const codes = new Set<ErrorCode>([...anywhere, ...ofRights(config?.rights), ...(config?.refusals ?? [])])
  if (url.includes(':')) codes.add('not_found')
  if (addressFields(config?.publishedBody ?? schema?.body).length > 0) codes.add('address_not_allowed')
  if ([method].flat().some((each) => writing.has(each))) for (const code of ofWrites) codes.add(code)
  const told = (code: ErrorCode): boolean =>
    codes.has(code) &&
    !([method].flat().some((each) => asksForOffset(each, url)) && isNoWord(errorCatalogue[code].status))
  return (Object.keys(errorCatalogue) as ErrorCode[]).filter(told)
}

function ofRights(rights: Rights | undefined): readonly ErrorCode[] {
  if (rights?.who !== 'caller') return []
  const scopes = [...rights.scopes, ...rights.keyScopes, ...Object.values(rights.fields)]
  const byRole = rights.role !== null || scopes.some((scope) => !scopesOf('viewer').has(scope))
  return [
    ...ofCredentials,
    ...(byRole || rights.signedIn ? (['forbidden'] as const) : []),
    ...(scopes.length > 0 ? (['insufficient_scope'] as const) : []),
  ]
}
