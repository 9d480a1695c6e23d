import type { FastifyInstance } from 'fastify'
import { z } from 'zod'

type Path = readonly PropertyKey[]

/**
 * Takes empty values out of queries, and null out of bodies wherever it means nothing: forms and clients that fill in
 * every field send both, and neither says anything. A null that the route's schema takes, to clear a text or to have no
 * end, stays; so does one in a list, which is a fault. What is needed and was null is then missing.
 */
export function dropAbsent(app: Pick<FastifyInstance, 'addHook'>): void {
  app.addHook('preValidation', (request, _reply, done) => {
    const { config, schema } = request.routeOptions
    // What is described may know fields that the route itself reads loosely.
    for (const body of [config.publishedBody, schema?.body]) {
      if (body instanceof z.ZodType) request.body = withoutNull(body, request.body)
    }
    if (schema?.querystring instanceof z.ZodObject) dropEmpty(schema.querystring, request.query)
    done()
  })
}

/** An unknown name stays, to be refused where unknown ones are. */
function dropEmpty({ shape }: z.ZodObject, query: unknown): void {
  const given = query as Record<string, unknown>
  for (const name of Object.keys(shape)) {
    const value = given[name]
    if (value === '') delete given[name]
    if (!Array.isArray(value)) continue
    const said: unknown[] = value.filter((one) => one !== '')
    if (said.length === 0) delete given[name]
    else given[name] = said.length === 1 ? said[0] : said
  }
}

/** The body without every null that the schema refuses, in objects at any depth. */
export function withoutNull(schema: z.ZodType, body: unknown): unknown {
  if (!holdsNull(body)) return body
  const { error } = schema.safeParse(body)
  if (error === undefined) return body
  const refused = pathsOf(error.issues, [])
  return refused.reduce((left, path) => without(left, path), body)
}

function holdsNull(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === null
  return Object.values(value).some(holdsNull)
}

/** Where the faults are, those of each form that a value might have had among them. */
function pathsOf(issues: readonly z.core.$ZodIssue[], above: Path): Path[] {
  return issues.flatMap((issue) => {
    const path = [...above, ...issue.path]
    return issue.code === 'invalid_union' ? [path, ...pathsOf(issue.errors.flat(), path)] : [path]
  })
}

/** A copy in which a null at the path is gone, where it stood in an object; else the value itself. */
function without(value: unknown, [key, ...rest]: Path): unknown {
  if (typeof value !== 'object' || value === null || key === undefined) return value
  const inner: unknown = (value as Record<PropertyKey, unknown>)[key]
  if (Array.isArray(value)) {
    if (rest.length === 0) return value
    return value.map((item: unknown, at) => (at === key ? without(item, rest) : item))
  }
  const { [key as string]: _taken, ...others } = value as Record<string, unknown>
  if (rest.length > 0) return inner === undefined ? value : { ...value, [key]: without(inner, rest) }
  return inner === null ? others : value
}
