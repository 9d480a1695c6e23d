import { type ParameterControl, parameterControls } from '@rendition/contract/controls'
import { describe, expect, test } from 'vitest'
import { chooseLanguage } from '../../languages/language.ts'
import { withPageLanguage } from '../../languages/testing/page-language.ts'
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

describe('names as words', () => {
  withPageLanguage()
  const labels = (...names: string[]) => names.map(labelOf)

  test('are those of the URL in English, and stand beside them in other languages', async () => {
    expect(labels('width', 'maxBytes', 'watermarkText', 'v', 'hdr')).toEqual([
      'Width',
      'Max bytes',
      'Watermark text',
      'Version (v)',
      'HDR',
    ])
    await chooseLanguage('de')
    expect(labels('width', 'maxBytes', 'format', 'vignette')).toEqual([
      'Breite (width)',
      'Höchstens Bytes (maxBytes)',
      'Format',
      'vignette',
    ])
  })

  test('there are for every parameter that is shown', async () => {
    await chooseLanguage('de')
    const bare = groupsOf(parameterControls)
      .flatMap(({ controls }) => controls.map(({ name }) => name))
      .filter((name) => labelOf(name) === name)
    expect(bare).toEqual([])
  })
})
