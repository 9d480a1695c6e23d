import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { chooseLanguage, translateSaid } from './language.ts'
import { saidInGerman } from './said-in-german.ts'
import { withPageLanguage } from './testing/page-language.ts'
import type { Texts } from './texts.ts'

const texts: Texts = saidInGerman
const root = join(import.meta.dirname, '../../..')

/** All that the service is written in, with `{}` where something is filled in. */
async function sources(): Promise<string> {
  const all = await Promise.all(
    ['server/src', 'contract/src'].map(async (folder) => {
      const names = await readdir(join(root, folder), { recursive: true })
      const code = names.filter((name) => /(?<!\.test)\.ts$/.test(name))
      return Promise.all(code.map((name) => readFile(join(root, folder, name), 'utf8')))
    }),
  )
  return all
    .flat()
    .join('\n')
    .replace(/\$\{[^}]*\}/g, '{}')
}

withPageLanguage()

it('has no sentence that the service does not say', async () => {
  const code = await sources()
  const gone = Object.keys(texts).filter((said) => !code.includes(said.replace(/\{\w+\}/g, '{}')))
  expect(gone).toEqual([])
})

it('fills no hole that the English does not have', () => {
  const holesOf = (text: string) => text.match(/\{\w+\}/g) ?? []
  for (const [said, text] of Object.entries(texts)) {
    expect(holesOf(said), said).toEqual(expect.arrayContaining(holesOf(String(text))))
    expect(text).not.toBe(said)
  }
})

it.each([
  ['This account is disabled.', 'Dieses Konto ist deaktiviert.'],
  ['A file may have at most 67108864 bytes.', 'Eine Datei darf höchstens 67.108.864 Bytes haben.'],
  ['at character 12: type is one of jpeg, png', 'ab Zeichen 12: type ist eines von jpeg, png'],
  [
    'at character 1: there is no search by colr; put it into quotation marks to look for it as it is',
    'ab Zeichen 1: eine Suche nach colr gibt es nicht; in Anführungszeichen wird wörtlich danach gesucht',
  ],
  [
    'Each side may have 32767 pixels; this picture is 40000 × 10.',
    'Jede Seite darf 32.767 Pixel haben; dieses Bild hat 40.000 × 10.',
  ],
  ['Every attempt failed for 3 days.', 'Seit 3 Tagen scheiterte jeder Versuch.'],
  ['The endpoint answered 503.', 'Der Endpunkt hat mit 503 geantwortet.'],
  [
    'gif holds no animation: this is its first frame.',
    'gif kann keine Animation enthalten: Dies ist das erste Einzelbild.',
  ],
  [
    'The result would have 8200 × 5467 pixels; possible are 8192 pixels a side and 40000000 in all.',
    'Das Ergebnis hätte 8.200 × 5.467 Pixel; möglich sind 8.192 Pixel je Seite und 40.000.000 insgesamt.',
  ],
  ['What nobody has ever said.', undefined],
])('says %s', async (said, german) => {
  expect(translateSaid(said)).toBeUndefined()
  await chooseLanguage('de')
  expect(translateSaid(said)).toBe(german)
})
