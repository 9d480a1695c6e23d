interface Answer {
  $ref?: string
  description?: string
  headers?: object
  content?: Record<string, { schema?: unknown }>
}
interface Operation {
  operationId?: string
  summary?: string
  tags?: string[]
  security?: object[]
  requestBody?: { content?: object }
  responses?: Record<string, Answer>
}
export interface Described {
  paths: Record<string, Record<string, Operation>>
  components?: { schemas?: Record<string, unknown>; responses?: Record<string, Answer> }
}

/** Writes without a body: the path says everything. */
const bodiless =
  /\/(password-link|sign-in-link|verification|start|undo|redo|restore|trash|complete|replay|replay-failed|sign-out|test|account-secret)$/
const withoutContent = new Set(['101', '204', '302', '303', '304'])

/** What is missing from an OpenAPI document before a client can be generated from it, one line for each fault. */
export function faultsOf({ paths, components = {} }: Described): string[] {
  const faults: string[] = []
  const ids = new Map<string, string>()
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const at = `${method.toUpperCase()} ${path}`
      const { operationId = '' } = operation
      if (!/^[a-z]+([A-Z][a-z]*)*$/.test(operationId)) faults.push(`${at}: no operationId in camelCase`)
      if (ids.has(operationId)) faults.push(`${at}: the operationId is that of ${ids.get(operationId)}`)
      ids.set(operationId, at)
      if (!operation.summary) faults.push(`${at}: no summary`)
      if (operation.tags?.length !== 1) faults.push(`${at}: not one tag`)
      if (operation.security === undefined) faults.push(`${at}: nothing about credentials`)
      const takesBody = ['post', 'put', 'patch'].includes(method) && !bodiless.test(path)
      if (takesBody && operation.requestBody?.content === undefined) faults.push(`${at}: no body`)
      faults.push(
        ...answerFaults(operation, method, components.responses ?? {}).map((what) => `${at}: ${what}`),
      )
    }
  }
  for (const name of Object.keys(components.schemas ?? {}))
    if (name.endsWith('Input')) faults.push(`${name}: a schema's double`)
  for (const pattern of patternsIn({ paths, components }))
    if (!isPattern(pattern)) faults.push(`${pattern}: no pattern of ECMA 262`)
  return faults
}

function answerFaults(
  { responses = {}, security = [] }: Operation,
  method: string,
  shared: Record<string, Answer>,
): string[] {
  const faults: string[] = []
  const statuses = Object.keys(responses)
  const declared = Object.entries(responses).map(([status, { $ref, ...answer }]): [string, Answer] => [
    status,
    $ref === undefined ? answer : (shared[$ref.replace('#/components/responses/', '')] ?? {}),
  ])
  if (!statuses.some((status) => status < '400')) faults.push('no answer that is none of a refusal')
  if (!statuses.some((status) => status >= '400')) faults.push('no refusal')
  for (const [status, { description, content = {}, headers = {} }] of declared) {
    const types = Object.keys(content)
    // What was made, and how far it is, may be said in headers alone, as tus does.
    const told = status === '201' ? Object.keys(headers).length > 0 : 'upload-offset' in headers
    const inHeaders = types.length === 0 && told
    if (!description || description === 'Default Response') faults.push(`${status} by default`)
    if (
      status < '400' &&
      method !== 'head' &&
      !inHeaders &&
      (types.length === 0) !== withoutContent.has(status)
    )
      faults.push(`${status} with ${types.length} kinds of content`)
    if (status >= '400' && status !== '503' && types.join() !== 'application/problem+json')
      faults.push(`${status} is no problem`)
    if (status >= '400' && !/"code":\{"enum":\["/.test(JSON.stringify(content)))
      faults.push(`${status} without codes`)
  }
  const isOpen = security.length === 0 || security.some((one) => Object.keys(one).length === 0)
  if (!isOpen && !statuses.includes('401')) faults.push('a credential without a 401')
  return faults
}

function patternsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(patternsIn)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) =>
    key === 'pattern' && typeof inner === 'string' ? [inner] : patternsIn(inner),
  )
}

/** Negated categories are in the standard, and hardly a generator can make what they let in. */
function isPattern(pattern: string): boolean {
  try {
    new RegExp(pattern, 'u')
    return !pattern.includes('\\P')
  } catch {
    return false
  }
}
