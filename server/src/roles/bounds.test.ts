import * as contract from '@rendition/contract'
import * as recipes from '@rendition/contract/recipe'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { describeOperations, type Schema } from './testing/api-description.ts'

/** What has no end in a schema: lists, texts, numbers and open objects, by path. */
function boundless(schema: Schema, path: string): string[] {
  const found: string[] = []
  const types = [schema.type ?? []].flat()
  const lacks = (keyword: string): boolean => schema[keyword] === undefined
  if (types.includes('array') && lacks('maxItems')) found.push(`${path}: a list without maxItems`)
  const worded = !lacks('enum') || !lacks('const') || ['uuid'].includes(String(schema.format))
  const exact = /^\^.*\$$/.test(String(schema.pattern ?? '')) && !/[*+]|,\}/.test(String(schema.pattern))
  if (types.includes('string') && !worded && !exact && lacks('maxLength'))
    found.push(`${path}: a text without maxLength`)
  if (types.includes('number') || types.includes('integer')) {
    if (lacks('minimum') && lacks('exclusiveMinimum') && !worded)
      found.push(`${path}: a number without minimum`)
    if (lacks('maximum') && lacks('exclusiveMaximum') && !worded)
      found.push(`${path}: a number without maximum`)
  }
  const open = schema.additionalProperties
  if (types.includes('object') && (typeof open === 'object' || open === true) && lacks('maxProperties'))
    found.push(`${path}: an open object without maxProperties`)
  for (const [name, inner] of Object.entries(schema.properties ?? {}))
    found.push(...boundless(inner, `${path}.${name}`))
  if (schema.items !== undefined) found.push(...boundless(schema.items, `${path}[]`))
  if (typeof open === 'object' && open !== null) found.push(...boundless(open as Schema, `${path}.*`))
  for (const keyword of ['anyOf', 'oneOf', 'allOf'])
    for (const [at, inner] of ((schema[keyword] as Schema[] | undefined) ?? []).entries())
      found.push(...boundless(inner, `${path}(${at})`))
  return found
}

describe('whatever a client sends has a bound', () => {
  it('in every body, query and path of every route', async () => {
    const operations = await describeOperations()
    expect(operations.length).toBeGreaterThan(60)
    expect(operations.filter(({ body }) => body !== null).length).toBeGreaterThan(10)
    const found = operations.flatMap(({ method, path, parameters, body }) => [
      ...parameters.flatMap(({ name, schema }) => boundless(schema, `${method} ${path} ?${name}`)),
      ...(body === null ? [] : boundless(body, `${method} ${path}`)),
    ])
    expect(found).toEqual([])
  })

  it('in every schema of the contract that reads what came in', () => {
    const incoming =
      /(Request|Change|Query|credentials|login|refresh|tags|recipe|operation|output|presets|bag|jobMessage)Schema$/i
    const schemas = Object.entries({ ...contract, ...recipes }).filter(([name]) => incoming.test(name))
    expect(schemas.length).toBeGreaterThan(15)
    // Its numbers are read, and refused, by what stands behind the union of spellings.
    const readBehind = /^bagSchema.*: a number without/
    const found = schemas.flatMap(([name, schema]) =>
      boundless(
        z.toJSONSchema(schema as unknown as z.ZodType, { io: 'input', unrepresentable: 'any' }) as Schema,
        name,
      ),
    )
    expect(found.filter((one) => !readBehind.test(one))).toEqual([])
  })
})
