import { type ParameterControl, parameterControls } from '@rendition/contract/controls'
import { expect, test } from 'vitest'
import { groupsOf, labelOf } from './parameter-groups.ts'

const namesIn = (controls: readonly ParameterControl[], group: string) =>
  groupsOf(controls)
    .find(({ name }) => name === group)
    ?.controls.map(({ name }) => name)

test('every parameter of the grammar has one place, but those that the service writes', () => {
  const all = groupsOf(parameterControls).flatMap(({ controls }) => controls.map(({ name }) => name))
  const wanted = parameterControls
    .map(({ name }) => name)
    .filter((name) => !['exp', 'sig', 'set', 'share'].includes(name))
  expect(all.sort()).toEqual(wanted.sort())
  expect(namesIn(parameterControls, 'Size')?.slice(0, 3)).toEqual(['preset', 'width', 'height'])
})

test('one that nobody has placed is shown all the same', () => {
  const added = { name: 'vignette', control: { kind: 'switch' }, about: null, ofRequest: false }
  expect(namesIn([...parameterControls, added as unknown as ParameterControl], 'More')).toContain('vignette')
})

test('names as words', () => {
  expect(['width', 'maxBytes', 'watermarkText', 'v', 'hdr'].map(labelOf)).toEqual([
    'Width',
    'Max bytes',
    'Watermark text',
    'Version',
    'HDR',
  ])
})
