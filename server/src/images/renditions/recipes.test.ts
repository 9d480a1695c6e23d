import { isFailure } from '@rendition/contract'
import {
  defaultPresets,
  type OperationInput,
  parseRecipe,
  type RecipeInput,
} from '@rendition/contract/recipe'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { composeRecipe } from './compose-recipe.ts'
import { presetRenditions, readPresets } from './presets.ts'
import {
  createRenditionKeyOf,
  pictureDigest,
  type RenditionKeyParts,
  renditionKeyOf,
} from './rendition-key.ts'
import { createSettleRecipe } from './settle-recipe.ts'

const step = fc.oneof(
  fc.record({ op: fc.constant('resize' as const), width: fc.integer({ min: 1, max: 5000 }) }),
  fc.record({ op: fc.constant('blur' as const), sigma: fc.integer({ min: 1, max: 50 }) }),
  fc.record({ op: fc.constant('rotate' as const), angle: fc.integer({ min: 1, max: 359 }) }),
  fc.constant({ op: 'flip' as const }),
)
const recipe = fc
  .record({
    steps: fc.array(step, { maxLength: 10 }),
    output: fc.record({ quality: fc.integer({ min: 1, max: 100 }) }),
  })
  .map((input) => parseRecipe(input))
const of = (steps: OperationInput[], output: RecipeInput['output'] = {}) => parseRecipe({ steps, output })

describe('composing recipes', () => {
  it('puts steps one after the other, and is associative', () => {
    fc.assert(
      fc.property(recipe, recipe, recipe, (a, b, c) => {
        const left = composeRecipe(composeRecipe(a, b), c)
        const right = composeRecipe(a, composeRecipe(b, c))
        expect(left).toEqual(right)
        expect(left.steps).toEqual([...a.steps, ...b.steps, ...c.steps])
      }),
    )
  })

  it('keeps the output of before where the next one says nothing', () => {
    const base = of([{ op: 'flip' }], { format: 'webp', quality: 30, metadata: 'strip', frame: 2 })
    expect(composeRecipe(base, of([{ op: 'mirror' }])).output).toMatchObject({
      format: 'webp',
      quality: 30,
      metadata: 'strip',
      frame: 2,
    })
    expect(composeRecipe(base, of([], { format: 'jpeg' })).output).toMatchObject({
      format: 'jpeg',
      metadata: 'strip',
    })
    expect(composeRecipe(base, of([], { format: 'jpeg' })).output.quality).toBeUndefined()
    expect(composeRecipe(base, of([], { metadata: 'keep' })).output.metadata).toBe('strip')
    const lossless = of([], { format: 'webp', lossless: true })
    expect(composeRecipe(lossless, of([], { quality: 50 })).output).toMatchObject({
      lossless: false,
      quality: 50,
    })
  })

  it('refuses a history that got too long', () => {
    const long = of(Array.from({ length: 20 }, () => ({ op: 'flip' as const })))
    try {
      composeRecipe(long, long)
      expect.unreachable()
    } catch (error) {
      expect(isFailure(error, 'invalid_recipe')).toBe(true)
    }
  })
})

describe('the rendition key', () => {
  const parts: RenditionKeyParts = {
    sha256: 'ab',
    recipe: of([{ op: 'resize', width: 10 }]),
    focalPoint: null,
    assets: [],
    engineEpoch: 1,
  }
  const key = (more: Partial<RenditionKeyParts>): string => renditionKeyOf({ ...parts, ...more })

  it('changes with everything the bytes depend on', () => {
    const focal = of([{ op: 'resize', width: 10, height: 10, gravity: 'focal' }])
    const mark = '01930d4c-7c2e-7a54-9f3e-2b6f0f1a2b3c'
    const marked = of([{ op: 'watermark', imageId: mark }])
    const keys = [
      key({}),
      key({ sha256: 'cd' }),
      key({ engineEpoch: 2 }),
      key({ recipe: of([{ op: 'resize', width: 11 }]) }),
      key({ recipe: focal }),
      key({ recipe: focal, focalPoint: { x: 0.1, y: 0.2 } }),
      key({ recipe: marked, assets: [{ imageId: mark, digest: '1' }] }),
      key({ recipe: marked, assets: [{ imageId: mark, digest: '2' }] }),
    ]
    expect(new Set(keys).size).toBe(keys.length)
    expect(() => key({ recipe: marked })).toThrow()
  })

  it('does not change with anything else', () => {
    expect(key({ focalPoint: { x: 0.1, y: 0.2 } })).toBe(key({}))
    expect(key({ assets: [{ imageId: 'another', digest: '1' }] })).toBe(key({}))
    const spelled = { steps: [{ width: 10, op: 'resize' }], output: {}, v: 1 }
    expect(key({ recipe: parseRecipe(spelled) })).toBe(key({}))
  })

  it('is the same for a preset of equal versions, and differs between pictures', () => {
    const presets = readPresets(defaultPresets)
    const version = (more: object) =>
      ({ original: { sha256: 'ab' }, recipe: null, assets: [], ...more }) as never
    const keys = (v: never) =>
      presetRenditions(presets, { focalPoint: null }, v, {
        keyOf: createRenditionKeyOf(1),
        settle: createSettleRecipe('good'),
      }).map((each) => each.key)
    expect(keys(version({ version: 1 }))).toEqual(keys(version({ version: 7 })))
    expect(keys(version({ recipe: of([{ op: 'flip' }]) }))).not.toEqual(keys(version({})))
    expect([...presets.keys()]).toEqual(['thumbnail', 'small', 'medium', 'large'])
    expect(pictureDigest('ab', of([{ op: 'flip' }]))).not.toBe(pictureDigest('ab', null))
  })

  it('is refused where a preset lays a picture over', () => {
    const mark = of([{ op: 'watermark', imageId: '01930d4c-7c2e-7a54-9f3e-2b6f0f1a2b3c' }])
    expect(() => readPresets({ bad: mark })).toThrow(/bad/)
  })
})
