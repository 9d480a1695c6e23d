import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { german } from './german/german.ts'
import type { Texts } from './texts.ts'

interface Manifest {
  lang: string
  description: string
  shortcuts: { name: string; url: string }[]
}
const read = async (name: string): Promise<Manifest> =>
  JSON.parse(await readFile(join(import.meta.dirname, '../../public', name), 'utf8'))

it('says the same of the installed page in each language, in the words of the page', async () => {
  const [english, other] = await Promise.all([read('app.webmanifest'), read('app.de.webmanifest')])
  const rest = ({ lang, description, shortcuts, ...others }: Manifest) => ({
    ...others,
    urls: shortcuts.map(({ url }) => url),
  })
  expect(rest(other)).toEqual(rest(english))
  expect([english.lang, other.lang]).toEqual(['en', 'de'])
  expect(other.description).not.toBe(english.description)
  const texts: Texts = german
  expect(other.shortcuts.map(({ name }) => name)).toEqual(english.shortcuts.map(({ name }) => texts[name]))
})
