import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isFailure } from '../errors.ts'
import { canonical } from './canonical.ts'
import { formatPictureQuery, formatQuery } from './format-query.ts'
import { parseParameters } from './parameters.ts'
import { parseRecipe } from './recipe.ts'
import { stepsTextLimit } from './steps-value.ts'
import { recipe } from './testing/arbitrary.ts'

const faults = (query: Record<string, string>): string[] => {
  try {
    parseParameters(query)
  } catch (error) {
    if (isFailure(error)) return (error.errors ?? []).map(({ path, message }) => `${path}: ${message}`)
    throw error
  }
  return []
}

test('a URL says operations in an order of their own, beside how the file is written', () => {
  const steps = [
    { op: 'blur', sigma: 2 },
    { op: 'crop', x: 1, y: 2, width: 30, height: 40 },
    { op: 'blur', sigma: 3 },
  ]
  const parsed = parseParameters({ steps: JSON.stringify(steps), format: 'webp', quality: '70', v: '3' })
  expect(parsed.recipe).toEqual(parseRecipe({ steps, output: { format: 'webp', quality: 70 } }))
  expect(parsed.transforms).toBe(true)
})

test('what is wrong in it is named with its place', () => {
  expect(faults({ steps: '[{"op":"blur","sigma":0.1}]' })).toEqual(['steps.0.sigma: must be from 0.3 to 100'])
  expect(faults({ steps: '[{"op":"flip"}]', width: '20' })).toEqual(['width: cannot stand beside steps'])
  expect(faults({ steps: '[' })[0]).toMatch(/^steps: must be a JSON list/)
  expect(faults({ steps: '{}' })[0]).toMatch(/^steps: must be a JSON list/)
  expect(faults({ steps: '[]' })).toEqual(['steps: must hold at least one operation'])
  expect(faults({ steps: `["${'x'.repeat(stepsTextLimit)}"]` })[0]).toMatch(/^steps: must be a JSON list/)
  const many = JSON.stringify(Array.from({ length: 33 }, () => ({ op: 'flip' })))
  expect(faults({ steps: many })[0]).toMatch(/^steps: /)
})

test('every recipe has a query that reads back as it, as parameters where they can say it', () => {
  let lists = 0
  fc.assert(
    fc.property(recipe, (made) => {
      const query = formatPictureQuery(made)
      if (query === null) return
      if (query.steps === undefined) expect(formatQuery(made)).not.toBeNull()
      else lists++
      const limits = { outputSide: Number.POSITIVE_INFINITY }
      expect(canonical(parseParameters(query, limits).recipe)).toBe(canonical(made))
    }),
  )
  expect(lists).toBeGreaterThan(10)
  const long = {
    steps: Array.from({ length: 32 }, () => ({ op: 'watermark' as const, text: 'x'.repeat(200) })),
  }
  expect(formatPictureQuery(long)).toBeNull()
})
