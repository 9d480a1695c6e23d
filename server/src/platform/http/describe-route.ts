import type { ErrorCode } from '@rendition/contract'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { refusalsOf } from './refusals.ts'
import type { Rights } from './rights.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Described in place of the route's body, where that is read loosely or by another parser. */
    publishedBody?: z.ZodType
  }
}

interface DescribedRoute {
  schema?: { security?: unknown; description?: string | undefined } | undefined
  config?: { rights?: Rights } | undefined
}

type Security = Record<string, readonly string[]>[]

/** What a route says of itself beyond its schemas; `finishDescription` makes OpenAPI of it. */
export interface RouteNotes {
  'x-refusals': readonly ErrorCode[]
  'x-body-optional': boolean
}

/** The `transform` of the API description: a route's schemas, who may call it, and what it refuses with. */
export const describeRoute: typeof jsonSchemaTransform = (input) => {
  const { config } = input.route
  const asked: unknown = config?.publishedBody ?? input.schema?.body
  const { schema, url } = jsonSchemaTransform(
    asked === undefined ? input : { ...input, schema: { ...input.schema, body: asked } },
  )
  const notes: RouteNotes = {
    'x-refusals': refusalsOf(input.route),
    'x-body-optional': asked instanceof z.ZodType && asked.safeParse(undefined).success,
  }
  return { schema: { ...schema, ...describeRights(input.route), ...notes }, url }
}

/**
 * The rights of a route for the API description: the credentials it takes with the scopes they need (OpenAPI 3.1 lets
 * any scheme list them), and a sentence for people. A route that says itself how a credential is sent keeps that.
 */
function describeRights({ schema, config }: DescribedRoute): {
  security?: Security
  description?: string
} {
  const rights = config?.rights
  if (rights === undefined) return {}
  const own = schema?.security === undefined ? { security: securityOf(rights) } : {}
  const sentences = [schema?.description, ...sentencesOf(rights)].filter((text) => text !== undefined)
  return { ...own, ...(sentences.length === 0 ? {} : { description: sentences.join(' ') }) }
}

function securityOf(rights: Rights): Security {
  if (rights.who === 'anyone') return []
  const { scopes } = rights
  if (rights.who === 'caller' && rights.signedIn) return [{ token: scopes }]
  const keyScopes = rights.who === 'caller' ? [...scopes, ...rights.keyScopes] : scopes
  const credentials = [{ token: scopes }, { apiKey: keyScopes }]
  return rights.who === 'handler' ? [{}, ...credentials] : credentials
}

function sentencesOf(rights: Rights): string[] {
  if (rights.who === 'anyone') return []
  const sentences: string[] = []
  if (rights.who === 'caller' && rights.role === 'admin') sentences.push('For administrators.')
  if (rights.who === 'caller' && rights.signedIn) sentences.push('Signed in: an API key is refused.')
  if (rights.scopes.length > 0) sentences.push(`Scopes: ${named(rights.scopes)}.`)
  if (rights.who === 'caller' && rights.keyScopes.length > 0) {
    sentences.push(`An API key needs ${named(rights.keyScopes)}.`)
  }
  for (const [field, scope] of Object.entries(rights.fields)) {
    sentences.push(`With \`${field}\` also \`${scope}\`.`)
  }
  return sentences
}

const named = (scopes: readonly string[]): string => scopes.map((scope) => `\`${scope}\``).join(', ')
