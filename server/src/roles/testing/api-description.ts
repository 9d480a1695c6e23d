import { loadConfig } from '../../platform/config/load.ts'
import { configSchema } from '../config.ts'
import { describeApi } from '../openapi.ts'

export interface Schema {
  $ref?: string
  type?: string | string[]
  properties?: Record<string, Schema>
  items?: Schema
  [keyword: string]: unknown
}
export interface Operation {
  method: string
  path: string
  parameters: { name: string; in: string; schema: Schema }[]
  body: Schema | null
}

/** Every operation of the service, with what it takes, references followed. */
export async function describeOperations(): Promise<Operation[]> {
  const document = await describeApi(
    '0.0.0',
    loadConfig(configSchema, {}, () => ''),
  )
  const follow = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(follow)
    if (typeof value !== 'object' || value === null) return value
    const { $ref, ...rest } = value as Schema
    if ($ref === undefined)
      return Object.fromEntries(Object.entries(rest).map(([key, one]) => [key, follow(one)]))
    const target = $ref
      .replace('#/', '')
      .split('/')
      .reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], document)
    return follow(target)
  }
  const paths = document.paths as unknown as Record<string, Record<string, Record<string, unknown>>>
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const content = (operation.requestBody as { content?: Record<string, { schema?: Schema }> } | undefined)
        ?.content
      return {
        method: method.toUpperCase(),
        path,
        parameters: (follow(operation.parameters ?? []) as Operation['parameters']) ?? [],
        body: (follow(content?.['application/json']?.schema ?? null) as Schema | null) ?? null,
      }
    }),
  )
}
