import { STATUS_CODES } from 'node:http'
import { type ErrorCode, errorCatalogue, type Problem } from '@rendition/contract'
import type { RouteNotes } from './describe-route.ts'

type Json = Record<string, unknown>
interface Answer {
  description: string
  headers?: Json
  content?: Record<string, { schema: Json }>
}
interface Reference {
  $ref: string
}
interface Operation extends Partial<RouteNotes> {
  operationId?: string
  responses: Record<string, Answer | Reference>
  parameters?: { in: string; schema?: Json }[]
  requestBody?: { required?: boolean; content: Record<string, { schema: Json; encoding?: Json }> }
}

/** The parts of an OpenAPI document that are looked at here. */
export interface Description extends Json {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Json>; responses?: Record<string, Answer>; [other: string]: unknown }
}

/** What is left as it is where nothing was declared: the guard looks for it. */
const undeclared = 'Default Response'
const withoutBody = new Set(['101', '204', '302', '303', '304'])

/**
 * Makes a true OpenAPI document of what the routes say: every refusal as a problem with its codes, bodies as they may
 * be sent, names that are used once, and no schema that nothing refers to.
 */
export function finishDescription(document: Description): Description {
  const answers = new Map<string, Answer>()
  for (const operations of Object.values(document.paths)) {
    for (const [method, shared] of Object.entries(operations)) {
      const operation = structuredClone(shared)
      operations[method] = operation
      // Of a route for both; each operation has a name of its own.
      if (method === 'head' && operation.operationId !== undefined)
        operation.operationId = operation.operationId.replace(/-head$/, '').replace(/^get/, 'head')
      finishAnswers(operation, method)
      finishBody(operation)
      finishQuery(operation)
      for (const [status, codes] of byStatus(operation['x-refusals'] ?? [])) {
        const answer = refusal(status, codes)
        const name = nameOf(codes)
        const named = codes.length <= mostNames
        const own = operation.responses[status]
        // What a route answers itself with this status, such as its readiness.
        if (own !== undefined && !('$ref' in own)) answer.content = { ...own.content, ...answer.content }
        const isShared = named && own === undefined
        if (isShared) answers.set(name, answer)
        operation.responses[status] = isShared ? { $ref: `#/components/responses/${name}` } : answer
      }
      delete operation['x-refusals']
      delete operation['x-body-optional']
    }
  }
  const responses = Object.fromEntries([...answers].sort(([a], [b]) => a.localeCompare(b)))
  const schemas = usedSchemas(
    { ...document, components: { ...document.components, responses, schemas: {} } },
    document,
  )
  return { ...document, components: { ...document.components, responses, schemas } }
}

function finishAnswers({ responses }: Operation, method: string): void {
  for (const [status, answer] of Object.entries(responses)) {
    if ('$ref' in answer) continue
    if (answer.description === undeclared && (answer.content !== undefined || withoutBody.has(status)))
      answer.description = STATUS_CODES[status] ?? undeclared
    if (method === 'head' || withoutBody.has(status)) delete answer.content
  }
}

/** No query of any route may hold a NUL: the app refuses it before the route is asked. */
function finishQuery({ parameters = [] }: Operation): void {
  for (const { in: place, schema } of parameters) {
    if (place === 'query' && schema?.type === 'string' && schema.enum === undefined)
      schema.pattern ??= '^[^\\u0000]*$'
  }
}

/** A part that is a picture says so, and one that is an archive: its type is not the form's to choose. */
function finishBody({ requestBody, ...operation }: Operation): void {
  if (requestBody === undefined) return
  requestBody.required = operation['x-body-optional'] !== true
  const form = requestBody.content['multipart/form-data']
  if (form === undefined) return
  const parts = Object.entries((form.schema.properties ?? {}) as Record<string, Json>)
  const pictures = parts.filter(([, part]) =>
    [part, part.items].some((one) => (one as Json)?.format === 'binary'),
  )
  form.encoding = Object.fromEntries(
    pictures.map(([name]) => [name, { contentType: name === 'archive' ? 'application/zip' : 'image/*' }]),
  )
}

function byStatus(codes: readonly ErrorCode[]): Map<number, ErrorCode[]> {
  const groups = new Map<number, ErrorCode[]>()
  for (const code of codes) {
    const { status } = errorCatalogue[code]
    groups.set(status, [...(groups.get(status) ?? []), code])
  }
  return groups
}

/** A longer name helps nobody: those answers stand where they belong. */
const mostNames = 4
const nameOf = (codes: readonly ErrorCode[]): string =>
  codes.map((code) => code.replace(/(?:^|_)(.)/g, (_, letter: string) => letter.toUpperCase())).join('Or')

const seconds = { type: 'integer', minimum: 0 }
const limitFields = 'draft-ietf-httpapi-ratelimit-headers'
const ofLimits: Json = {
  'retry-after': { description: 'Seconds.', schema: seconds },
  'ratelimit-policy': {
    description: `The limits that the call counts for (${limitFields}): how much, and in how many seconds.`,
    schema: { type: 'string', examples: ['"requests";q=6000;w=60'] },
  },
  ratelimit: {
    description: `What is left of each (${limitFields}), and the seconds until all of it is there again.`,
    schema: { type: 'string', examples: ['"requests";r=0;t=42'] },
  },
}
const headersOf: Readonly<Record<number, Json>> = {
  401: { 'www-authenticate': { schema: { type: 'string' } } },
  429: ofLimits,
  503: { 'retry-after': { description: 'Seconds.', schema: seconds } },
}

function refusal(status: number, codes: readonly ErrorCode[]): Answer {
  const one: Record<keyof Pick<Problem, 'code'>, Json> = { code: { enum: [...codes] } }
  return {
    description: codes.map((code) => `\`${code}\`: ${errorCatalogue[code].title}.`).join(' '),
    ...(headersOf[status] === undefined ? {} : { headers: headersOf[status] }),
    content: {
      'application/problem+json': {
        schema: { allOf: [{ $ref: '#/components/schemas/Problem' }, { type: 'object', properties: one }] },
      },
    },
  }
}

const toSchemas = '#/components/schemas/'

/** The schemas that something refers to, directly or by way of another. */
function usedSchemas(from: unknown, { components }: Description): Record<string, Json> {
  const used: Record<string, Json> = {}
  const look = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return
    const { $ref } = value as Partial<Reference>
    const name = $ref?.startsWith(toSchemas) ? $ref.slice(toSchemas.length) : undefined
    const schema = name === undefined ? undefined : components.schemas[name]
    if (name !== undefined && schema !== undefined && used[name] === undefined) {
      used[name] = schema
      look(schema)
    }
    for (const inner of Object.values(value)) look(inner)
  }
  look(from)
  return Object.fromEntries(Object.entries(used).sort(([a], [b]) => a.localeCompare(b)))
}
