import { allScopes, Failure, type Role, type Scope } from '@rendition/contract'
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import type { Principal } from './principal.ts'

/** Who may call a route. Stands in its definition, as `config: { rights }`; without one a process does not start. */
export type Rights =
  /** No credential is looked at. */
  | { who: 'anyone' }
  /** Settled where more is known than the request's head: a signature, a socket's first message, another role. */
  | { who: 'handler'; scopes: readonly Scope[]; fields: FieldScopes }
  /** Whoever holds a credential with all of the scopes; of the role, where one is named. */
  | {
      who: 'caller'
      scopes: readonly Scope[]
      /** Asked of API keys alone: a token is its account's own. */
      keyScopes: readonly Scope[]
      role: Role | null
      /** By somebody who signed in: what would outlast a key is changed by none. */
      signedIn: boolean
      fields: FieldScopes
    }

/** Fields of the body that need a further scope where they say something. */
export type FieldScopes = Readonly<Record<string, Scope>>

declare module 'fastify' {
  interface FastifyContextConfig {
    rights?: Rights
  }
}

export const anyone: Rights = { who: 'anyone' }

/** A credential with all of these scopes; none for any credential at all. */
export function needs(...scopes: Scope[]): Rights & { who: 'caller' } {
  return { who: 'caller', scopes, keyScopes: [], role: null, signedIn: false, fields: {} }
}

/** As `needs`, with further scopes for single fields of the body. */
export function needsWith(fields: FieldScopes, ...scopes: Scope[]): Rights {
  return { ...needs(...scopes), fields }
}

/** One's own account: any token of it, and keys that hold these scopes. */
export function needsOfKeys(...keyScopes: Scope[]): Rights & { who: 'caller' } {
  return { ...needs(), keyScopes }
}

/** One's own account, signed in: no API key, whatever it may do. */
export function needsSession(): Rights {
  return { ...needs(), signedIn: true }
}

/** Administrators, signed in. */
export function needsAdminSession(...scopes: Scope[]): Rights {
  return { ...needs(...scopes), role: 'admin', signedIn: true }
}

/** Administrators, by a credential with these scopes. */
export function needsAdmin(...scopes: Scope[]): Rights {
  return { ...needs(...scopes), role: 'admin' }
}

/** The handler judges the credential, for which `admit` is there. */
export function judgedByHandler(...scopes: Scope[]): Rights {
  return { who: 'handler', scopes, fields: {} }
}

/** Throws unless the caller has the rights. */
export function admit(principal: Principal, rights: Rights): void {
  if (rights.who === 'anyone') return
  if (rights.who === 'caller') {
    if (rights.role === 'admin' && principal.role !== 'admin') {
      throw new Failure('forbidden', 'Only administrators may do that.')
    }
    if (rights.signedIn && principal.keyId !== null) {
      throw new Failure('forbidden', 'An API key does not do that. Sign in for it.')
    }
    if (principal.keyId !== null) for (const scope of rights.keyScopes) requireScope(principal, scope)
  }
  for (const scope of rights.scopes) requireScope(principal, scope)
}

/** Throws unless the caller holds what the fields that say something need, by the rights of the request's route. */
export async function admitFields(
  request: FastifyRequest,
  fields: Readonly<Record<string, unknown>>,
): Promise<void> {
  const rights = request.routeOptions.config.rights
  if (rights === undefined || rights.who === 'anyone') return
  for (const [field, scope] of Object.entries(rights.fields)) {
    if (fields[field]) requireScope(await request.principal(), scope, `The field ${field}`)
  }
}

const reading: ReadonlySet<Scope> = new Set(['images:read', 'jobs:read'])
const everything: ReadonlySet<Scope> = new Set(allScopes)

/** All that a role may do. What an administrator may do to others is decided by the role, not by a scope. */
export function scopesOf(role: Role): ReadonlySet<Scope> {
  return role === 'viewer' ? reading : everything
}

/** A viewer never uses a writing scope, whatever the credential says. */
function requireScope(principal: Principal, scope: Scope, what = 'This'): void {
  if (!scopesOf(principal.role).has(scope)) {
    throw new Failure('forbidden', 'Viewers may only read.')
  }
  if (!principal.scopes.has(scope)) {
    throw new Failure('insufficient_scope', `${what} needs the scope ${scope}.`)
  }
}

/**
 * Gives rights to the routes of plug-ins, which declare none; those that do keep theirs. What they send is files and
 * answers to browsers: nothing that is counted.
 */
export function declareRights(
  scope: Pick<FastifyInstance, 'addHook'>,
  rights: Rights,
  which: (route: RouteOptions) => boolean = () => true,
): void {
  scope.addHook('onRoute', (route) => {
    if (route.config?.rights === undefined && which(route)) {
      route.config = { limit: 'none', ...route.config, rights }
    }
  })
}

/**
 * Holds every route to its rights: the caller is judged before anything of the body is read, and a route that declares
 * none keeps the process from starting.
 */
export function enforceRights(app: Pick<FastifyInstance, 'addHook'>): void {
  const routes: RouteOptions[] = []
  app.addHook('onRoute', (route) => void routes.push(route))
  app.addHook('onReady', async () => {
    const open = routes.filter(({ config }) => config?.rights === undefined)
    if (open.length === 0) return
    const names = open.map(({ method, url }) => `${method} ${url}`).join(', ')
    throw new Error(`These routes do not declare who may call them (config.rights): ${names}`)
  })
  app.addHook('onRequest', async (request) => {
    if (request.is404) return
    const rights = request.routeOptions.config.rights
    if (rights === undefined) throw new Failure('internal', undefined, { cause: 'a route without rights' })
    if (rights.who === 'caller') admit(await request.principal(), rights)
  })
  app.addHook('preHandler', async (request) => {
    const { body } = request
    if (typeof body === 'object' && body !== null && !Array.isArray(body)) {
      await admitFields(request, body as Record<string, unknown>)
    }
  })
}
