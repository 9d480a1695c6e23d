import { expect, it } from 'vitest'
import { chooseLanguage } from '../languages/language.ts'
import { withPageLanguage } from '../languages/testing/page-language.ts'
import { partName } from './part-names.ts'

const parts = ['database', 'storage', 'queue', 'cache', 'disk']

withPageLanguage()

it('names the parts of the service in the language of the page', async () => {
  expect(parts.map(partName)).toEqual(['Database', 'Storage', 'Queue', 'Cache', 'Disk'])
  await chooseLanguage('de')
  expect(parts.map(partName)).toEqual(['Datenbank', 'Speicher', 'Warteschlange', 'Cache', 'Festplatte'])
})

it('leaves a part that it does not know as the service calls it', () => {
  expect(partName('constructor')).toBe('constructor')
})
