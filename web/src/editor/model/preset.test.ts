import { parseRecipe } from '@rendition/contract/recipe'
import { expect, it } from 'vitest'
import { ofOnePicture, presetOf } from './preset.ts'

const stepsOf = (steps: object[]) => parseRecipe({ steps }).steps

it('knows which steps are of one photo alone', () => {
  const steps = stepsOf([
    { op: 'redact', x: 1, y: 1, width: 9, height: 9 },
    { op: 'crop', x: 0, y: 0, width: 10, height: 10 },
    { op: 'rotate', angle: 3 },
    { op: 'rotate', angle: 90 },
    { op: 'contrast', amount: 1.2 },
    { op: 'watermark', imageId: '0192f3a4-0000-7000-8000-000000000001' },
    { op: 'watermark', text: '© Ada' },
  ])
  expect(ofOnePicture(steps).map((op) => steps.indexOf(op))).toEqual([0, 1, 2, 5])
})

it('says an edit in both spellings, and as a list alone where a URL has no room for it', () => {
  const edit = stepsOf([
    { op: 'contrast', amount: 1.2 },
    { op: 'blur', sigma: 2 },
  ])
  const { recipe, parameters } = presetOf(edit, { format: 'webp' })
  expect(recipe).toMatchObject({ v: 1, steps: edit, output: { format: 'webp' } })
  expect(parameters).toEqual({ contrast: '1.2', blur: '2', format: 'webp' })
  const long = stepsOf(
    Array.from({ length: 30 }, (_, n) => ({ op: 'watermark', text: `${n} ${'words '.repeat(30)}` })),
  )
  expect(presetOf(long, {}).parameters).toBeNull()
})
