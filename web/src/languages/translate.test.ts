import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { agoOf } from '../time-texts.ts'
import { chooseLanguage, currentLocale, startLanguage } from './language.ts'
import { formatDate, formatNumber } from './numbers.ts'
import { t } from './translate.ts'

const root = { lang: 'en', dir: '' }
const stored = new Map<string, string>()
let languages = ['en-US']
const storage = {
  getItem: (key: string) => stored.get(key) ?? null,
  setItem: (key: string, value: string) => void stored.set(key, value),
  removeItem: (key: string) => void stored.delete(key),
}

beforeEach(() => {
  stored.clear()
  vi.stubGlobal('document', { documentElement: root, querySelector: () => null })
  vi.stubGlobal('localStorage', storage)
  vi.stubGlobal('addEventListener', () => undefined)
  vi.stubGlobal('navigator', {
    get languages() {
      return languages
    },
  })
})
afterEach(async () => {
  languages = ['en-US']
  await chooseLanguage('en')
  vi.unstubAllGlobals()
})

it.each([
  [['fr-CH', 'de-AT', 'en'], 'de', 'de-AT'],
  [['fr', 'ja'], 'en', 'en'],
  [['en-GB', 'de'], 'en', 'en-GB'],
])('of a browser that wants %j the page speaks %s, with dates of %s', async (wanted, lang, locale) => {
  languages = wanted
  await startLanguage()
  expect([root.lang, root.dir, currentLocale()]).toEqual([lang, 'ltr', locale])
})

it('speaks what was chosen rather than what the browser wants, until that is taken back', async () => {
  expect(await chooseLanguage('de')).toBe(true)
  await startLanguage()
  expect([root.lang, stored.get('rendition.language')]).toEqual(['de', 'de'])
  expect(t('Sign out')).toBe('Abmelden')
  expect([formatNumber(1234.5), formatDate(0, { timeZone: 'UTC' })]).toEqual(['1.234,5', '1.1.1970'])
  const now = Date.parse('2026-01-01T00:03:00Z')
  expect([agoOf('2026-01-01T00:00:00Z', now), agoOf('2026-01-01T00:02:30Z', now)]).toEqual([
    'vor 3 Minuten',
    'gerade eben',
  ])
  await chooseLanguage('system')
  expect([root.lang, stored.size, t('Sign out')]).toEqual(['en', 0, 'Sign out'])
})

it('shows of a word with two meanings the word alone', () => {
  expect(t('appearance|Light')).toBe('Light')
})

it('keeps a name in its own direction, and what stands beside it in that of the page', async () => {
  const said = (name: string) => t('Saved search “{name}” forgotten', { name })
  expect(said('See (2)')).toBe('Saved search “See (2)” forgotten')
  expect(said('ים (2)')).toBe('Saved search “\u2068ים (2)\u2069” forgotten')
  expect(said('a\u202egpj.exe')).toContain('“\u2068a\u202egpj.exe\u2069”')
  stored.set('rendition.language', 'ar-XB')
  await startLanguage()
  expect(said('See (2)')).toContain('\u2068See (2)\u2069')
})

it('reads a language that goes from right to left, for tests, and offers it to nobody', async () => {
  stored.set('rendition.language', 'ar-XB')
  await startLanguage()
  expect([root.lang, root.dir, t('Sign out')]).toEqual(['ar-XB', 'rtl', '\u202eSign out\u202c'])
})
