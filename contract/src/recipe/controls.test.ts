import { expect, it } from 'vitest'
import { parameterControls } from './controls.ts'
import { parseParameters } from './parameters.ts'

/** What a control can be turned to. */
function settings(control: (typeof parameterControls)[number]['control']): string[] {
  switch (control.kind) {
    case 'number':
      return [String(control.min), String(control.max), ...control.words]
    case 'switch':
      return ['true', 'false']
    case 'switch or number':
      return ['true', 'false', String(control.min), String(control.max)]
    case 'words':
      return [...control.words]
    case 'colour':
      return ['rebeccapurple', '#ff8800', '00000080']
    case 'text':
      return []
  }
}

/** Some mean nothing alone: what they need beside them. */
const beside: Readonly<Record<string, Record<string, string>>> = {
  watermarkOpacity: { watermarkText: 'x' },
  watermarkPosition: { watermarkText: 'x' },
  watermarkSize: { watermarkText: 'x' },
  watermarkColor: { watermarkText: 'x' },
  watermarkTile: { watermarkText: 'x' },
}

it.each(parameterControls.filter(({ name }) => name !== 'exp').map((each) => [each.name, each] as const))(
  '%s takes all that its control has',
  (name, { control }) => {
    for (const value of settings(control)) {
      const attempt = () => parseParameters({ width: '10', height: '10', ...beside[name], [name]: value })
      try {
        attempt()
      } catch (error) {
        // A value may not fit the others; it is never one that the grammar does not know.
        expect(JSON.stringify((error as { errors?: unknown }).errors), `${name}=${value}`).not.toMatch(
          /must be (?!a single)/,
        )
      }
    }
  },
)

it('knows ranges and words from the grammar', () => {
  const of = (name: string) => parameterControls.find((each) => each.name === name)
  expect(of('quality')?.control).toMatchObject({ kind: 'number', min: 1, max: 100, whole: true })
  expect(of('fit')?.control).toEqual({
    kind: 'words',
    words: ['cover', 'contain', 'inside', 'outside', 'fill'],
  })
  expect(of('grayscale')?.control).toEqual({ kind: 'switch' })
  expect(of('trim')?.control).toMatchObject({ kind: 'switch or number', min: 2, max: 255 })
  expect(of('tint')?.control).toEqual({ kind: 'colour' })
  expect(of('crop')?.control).toEqual({ kind: 'text' })
  expect(of('download')?.ofRequest).toBe(true)
  expect(of('blur')).toMatchObject({ ofRequest: false, about: 'Sigma in pixels.' })
})
