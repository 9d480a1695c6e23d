import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isFailure } from '../errors.ts'
import { canonical, parseCanonical } from './canonical.ts'
import { parseColour } from './colour.ts'
import { formatQuery } from './format-query.ts'
import { inputsOf } from './inputs.ts'
import { operationNames } from './operations.ts'
import { parseParameters } from './parameters.ts'
import { defaultPresets, isUntouched, presetsSchema } from './presets.ts'
import { parseRecipe } from './recipe.ts'
import { bag, recipe } from './testing/arbitrary.ts'
import { cleanText } from './watermark.ts'

/** Other ones each time; `RECIPE_RUNS=2000` for a long look. */
const runs = Number(process.env.RECIPE_RUNS ?? 600)

function faults(call: () => unknown) {
  try {
    call()
  } catch (error) {
    if (isFailure(error, 'invalid_recipe')) return error.errors
    throw error
  }
  return null
}

test('parsing what was written gives the recipe again', () => {
  fc.assert(
    fc.property(recipe, (input) => {
      const parsed = parseRecipe(input)
      expect(parseRecipe(parsed)).toEqual(parsed)
      expect(parseCanonical(canonical(parsed))).toEqual(parsed)
      expect(canonical(input)).toBe(canonical(parsed))
    }),
    { numRuns: runs },
  )
})

test('different recipes have different texts, equal ones the same, whatever the order of their keys', () => {
  const shuffled = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(shuffled)
      : value !== null && typeof value === 'object'
        ? Object.fromEntries(
            Object.entries(value)
              .reverse()
              .map(([key, inner]) => [key, shuffled(inner)]),
          )
        : value
  fc.assert(
    fc.property(recipe, recipe, (one, other) => {
      const [a, b] = [parseRecipe(one), parseRecipe(other)]
      expect(canonical(parseRecipe(shuffled(a)))).toBe(canonical(a))
      let equal = true
      try {
        expect(a).toEqual(b)
      } catch {
        equal = false
      }
      expect(canonical(a) === canonical(b)).toBe(equal)
    }),
    { numRuns: Math.ceil(runs / 2) },
  )
})

test('a query written from a bag of parameters is read as the same recipe, and written the same again', () => {
  let written = 0
  fc.assert(
    fc.property(bag, (parameters) => {
      const parsed = parseParameters(parameters).recipe
      const query = formatQuery(parsed)
      if (query === null) {
        // The few that a bag says by accident and cannot say back: a translucent ground that nothing is laid on twice
        return
      }
      written++
      const again = parseParameters(new URLSearchParams(query)).recipe
      expect(again).toEqual(parsed)
      expect(formatQuery(again)).toBe(query)
    }),
    { numRuns: runs },
  )
  expect(written).toBeGreaterThan(0.9 * runs)
})

test('every operation can be asked for by parameters', () => {
  const asked = fc.sample(bag, { numRuns: 2000, seed: 1 }).flatMap((one) => parseParameters(one).recipe.steps)
  expect([...new Set(asked.map(({ op }) => op))].sort()).toEqual([...operationNames].sort())
})

test('any recipe either has a query that means it, or none', () => {
  fc.assert(
    fc.property(recipe, (input) => {
      const parsed = parseRecipe(input)
      const query = formatQuery(parsed)
      if (query !== null)
        expect(parseParameters(new URLSearchParams(query), { outputSide: 32_767 }).recipe).toEqual(parsed)
    }),
    { numRuns: Math.ceil(runs / 2) },
  )
})

test.each([
  [{ steps: [{ op: 'resize', width: 0 }] }, 'steps.0.width'],
  [{ steps: [{ op: 'resize', width: 10.5 }] }, 'steps.0.width'],
  [{ steps: [{ op: 'resize', width: 32_768 }] }, 'steps.0.width'],
  [{ steps: [{ op: 'resize' }] }, 'steps.0.width'],
  [{ steps: [{ op: 'resize', width: 10, zoom: 2 }] }, 'steps.0.zoom'],
  [{ steps: [{ op: 'flip' }, { op: 'explode' }] }, 'steps.1.op'],
  [{ steps: [{ op: 'blur', sigma: 0.2 }] }, 'steps.0.sigma'],
  [{ steps: [{ op: 'blur', sigma: Number.NaN }] }, 'steps.0.sigma'],
  [{ steps: [{ op: 'rotate', angle: 361 }] }, 'steps.0.angle'],
  [{ steps: [{ op: 'tint', color: 'reddish' }] }, 'steps.0.color'],
  [{ steps: [{ op: 'tint', color: 'constructor' }] }, 'steps.0.color'],
  [{ steps: [{ op: 'watermark' }] }, 'steps.0.text'],
  [
    { steps: [{ op: 'watermark', text: 'a', imageId: '01890000-0000-7000-8000-000000000000' }] },
    'steps.0.text',
  ],
  [{ steps: [{ op: 'watermark', text: 'x'.repeat(201) }] }, 'steps.0.text'],
  ...['\u0000\u0007', '\u200b\u2060\ufeff', '\u3164', '\ufe0f', '\u2800 \u00ad', '\u0301', '\u{e0020}'].map(
    (text): [object, string] => [{ steps: [{ op: 'watermark', text }] }, 'steps.0.text'],
  ),
  [{ steps: Array.from({ length: 33 }, () => ({ op: 'flip' })) }, 'steps'],
  [{ output: { format: 'bmp' } }, 'output.format'],
  [{ output: { format: 'auto' } }, 'output.format'],
  [{ output: { quality: 0 } }, 'output.quality'],
  [{ output: { format: 'jpeg', lossless: true } }, 'output.lossless'],
  [{ v: 2 }, 'v'],
  [{ colour: 'red' }, 'colour'],
  ['{', ''],
  [null, ''],
])('%j is refused, with the path of the fault: %s', (input, path) => {
  expect(faults(() => parseRecipe(input))).toContainEqual(expect.objectContaining({ path }))
})

test('what changes nothing is left away, and what has no meaning is set to its default', () => {
  const { steps } = parseRecipe({
    steps: [
      { op: 'rotate', angle: 360 },
      { op: 'modulate' },
      { op: 'pad', top: 0 },
      { op: 'contrast', amount: 1 },
      { op: 'gamma', value: 1 },
      { op: 'background', color: 'transparent' },
      { op: 'resize', width: 10, fit: 'fill', gravity: 'north', background: 'red' },
      { op: 'rotate', angle: -90, background: 'red' },
    ],
  })
  expect(steps).toEqual([
    { op: 'resize', width: 10, fit: 'cover', gravity: 'centre', enlarge: true, background: '00000000' },
    { op: 'rotate', angle: 270, background: '00000000' },
  ])
})

test('colours', () => {
  expect(parseColour('RED')).toBe('ff0000ff')
  expect(parseColour('#0f8')).toBe('00ff88ff')
  expect(parseColour('0f84')).toBe('00ff8844')
  expect(parseColour('A1B2C3D4')).toBe('a1b2c3d4')
  for (const wrong of ['', '#', 'ff', 'fffff', 'fffffff', 'rgb(1,2,3)', '#ggg', '__proto__', ' red'])
    expect(parseColour(wrong)).toBeNull()
})

test('watermark text keeps what is drawn and loses what is not', () => {
  expect(cleanText('a\tb\r\nc')).toBe('a b c')
  expect(cleanText('\u0000x\u0007\u202ey\ud800')).toBe('xy')
  expect(cleanText('👩‍👩‍👧 नमस्ते')).toBe('👩‍👩‍👧 नमस्ते')
  expect(cleanText('e\u0301')).toBe('é')
})

test('the presets', () => {
  expect(Object.keys(defaultPresets)).toEqual(['thumbnail', 'small', 'medium', 'large', 'original'])
  expect(isUntouched(defaultPresets.original)).toBe(true)
  expect(Object.values(defaultPresets).filter(isUntouched)).toHaveLength(1)
  expect(formatQuery(defaultPresets.small)).toBe('width=480&height=480&fit=inside&enlarge=false')
  expect(presetsSchema.safeParse({ original: {} }).success).toBe(false)
  expect(presetsSchema.safeParse({ 'Hero!': {} }).success).toBe(false)
  expect(presetsSchema.parse({ hero: { steps: [{ op: 'resize', width: 9 }] } })).toHaveProperty('hero.v', 1)
})

test('what a recipe reads beside the source', () => {
  const imageId = '01890000-0000-7000-8000-00000000000a'
  const steps = [
    { op: 'resize', width: 9, height: 9, gravity: 'focal' },
    { op: 'watermark', imageId },
    { op: 'watermark', imageId },
  ] as const
  expect(inputsOf(parseRecipe({ steps }))).toEqual({ focalPoint: true, faces: false, imageIds: [imageId] })
  expect(inputsOf(parseRecipe({}))).toEqual({ focalPoint: false, faces: false, imageIds: [] })
  const looking = parseRecipe({ steps: [{ op: 'resize', width: 9, height: 9, gravity: 'face' }] })
  expect(inputsOf(looking)).toEqual({ focalPoint: true, faces: true, imageIds: [] })
})

test('stored recipes of version 1 are read for ever', () => {
  const stored =
    '{"v":1,"steps":[{"op":"crop","x":1,"y":2,"width":30,"height":40},{"op":"watermark","text":"© me","opacity":0.5,"position":"southeast","size":0.25,"tile":false}],"output":{"format":"webp","quality":70,"lossless":false,"progressive":false,"metadata":"copyright"}}'
  expect(canonical(parseCanonical(stored))).toBe(stored)
})
