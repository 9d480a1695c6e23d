import { readFileSync } from 'node:fs'
import { join } from 'node:path'

interface Response {
  $ref?: string
  content?: Record<string, { schema?: unknown }>
}
interface Description {
  paths: Record<string, Record<string, { responses: Record<string, Response> }>>
  components: { responses: Record<string, Response> }
}

const document = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../docs/openapi.json'), 'utf8'),
) as Description
const rows = Object.entries(document.paths).map(([path, operations]) => ({
  fits: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
  // A path of its own before one with a parameter.
  parameters: path.split('{').length,
  operations,
}))
rows.sort((a, b) => a.parameters - b.parameters)

/**
 * What an answer has that the API description does not: its status, its type or its code. Null where it is described,
 * and for what is no operation: a page, an older path, a method that is not there (405).
 */
export function undescribed(
  method: string,
  path: string,
  { status, type, code }: { status: number; type: string; code: unknown },
): string | null {
  const operations = rows.find(({ fits }) => fits.test(path))?.operations
  const operation = operations?.[method.toLowerCase()]
  if (operation === undefined || status === 405) return null
  const found = operation.responses[status]
  if (found === undefined) return `the status ${status} (${String(code)})`
  const { content = {} } =
    found.$ref === undefined
      ? found
      : (document.components.responses[found.$ref.split('/').at(-1) ?? ''] ?? {})
  const types = Object.keys(content)
  if (type === '' || (method === 'HEAD' && types.length === 0)) return null
  const media = Object.entries(content).find(([one]) => one === type || one === type.replace(/\/.*/, '/*'))
  if (media === undefined) return `the type ${type} with ${status}, but ${types.join(', ') || 'none'}`
  if (status < 400 || code === undefined) return null
  return JSON.stringify(media[1].schema).includes(`"${String(code)}"`) ? null : `the code ${String(code)}`
}
