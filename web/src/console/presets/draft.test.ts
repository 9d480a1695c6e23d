import { expect, it } from 'vitest'
import { differs, draftOf, missed, nameFault, requestOf, summaryOf, withNew } from './draft.ts'

const recipe = { v: 1 as const, steps: [], output: {} }
const presets = [
  { name: 'thumbnail', recipe, parameters: { width: '150', height: '150' } },
  { name: 'long', recipe, parameters: null },
]

it('is sent as it came until something is changed', () => {
  const draft = draftOf(presets)
  expect(differs(draft, presets)).toBe(false)
  expect(requestOf(draft)).toEqual([
    { name: 'thumbnail', parameters: { width: '150', height: '150' } },
    { name: 'long', recipe },
  ])
  const [first, ...rest] = draft
  if (first === undefined) throw new Error('no preset')
  expect(differs([{ ...first, parameters: { width: '151' } }, ...rest], presets)).toBe(true)
  expect(differs(rest, presets)).toBe(true)
  expect(missed(rest, presets)).toEqual(['thumbnail'])
})

it('names what is wrong of a name', () => {
  const draft = withNew(withNew(draftOf(presets)))
  const [, , one, two] = draft
  if (one === undefined || two === undefined) throw new Error('no preset')
  expect(one.id).not.toBe(two.id)
  const faultOf = (name: string) => nameFault([...draft.slice(0, 3), { ...two, name }], { ...two, name })
  expect(faultOf('')).toBe('Give it a name.')
  expect(faultOf('original')).toContain('always there')
  expect(faultOf('Hero')).toContain('Lower-case')
  expect(faultOf('long')).toBe('Another preset has this name.')
  expect(faultOf('hero-2')).toBeUndefined()
})

it.each([
  [{ width: '480', height: '480', fit: 'inside' }, '480 × 480, fit inside'],
  [{ width: '480', format: 'webp' }, '480 × …, format webp'],
  [{ blur: '3' }, 'blur 3'],
  [
    { steps: '[{"op":"tint","color":"8a5a2bff"},{"op":"grayscale"}]', format: 'webp' },
    'Tint #8a5a2b, Black and white, format webp',
  ],
  [{ steps: 'of another version' }, 'a list of steps'],
])('%o is told as %s', (parameters, text) => {
  expect(summaryOf({ parameters, recipe: null })).toBe(text)
})

it('is told by its steps where no parameters say it', () => {
  const steps = [{ op: 'contrast' as const, amount: 1.1 }]
  expect(summaryOf({ parameters: null, recipe: { v: 1, steps, output: {} } })).toBe('Contrast 1.1')
})
