import { expect, it } from 'vitest'
import { type MailWords, mailWords } from './words.ts'

/** Every text of a language by its place in the catalogue, with what it is given between marks. */
function textsOf(words: MailWords): Map<string, string> {
  const found = new Map<string, string>()
  const look = (value: unknown, path: string): void => {
    if (typeof value === 'string') found.set(path, value)
    else if (typeof value === 'function') look(value('<one>', '<two>'), path)
    else if (typeof value === 'object' && value !== null) {
      for (const [name, inner] of Object.entries(value)) look(inner, `${path}.${name}`)
    }
  }
  look(words, '')
  return found
}

const marksIn = (text: string): string[] => (text.match(/<\w+>/g) ?? []).sort()

it('says everything in each language, of the same things, and nothing in English but in English', () => {
  const english = textsOf(mailWords.en)
  expect(english.size).toBeGreaterThan(40)
  for (const words of Object.values(mailWords).filter((other) => other !== mailWords.en)) {
    const texts = textsOf(words)
    expect([...texts.keys()].sort()).toEqual([...english.keys()].sort())
    for (const [path, text] of texts) {
      expect(text, path).not.toBe(english.get(path))
      expect(text.trim(), path).not.toBe('')
      expect(marksIn(text), path).toEqual(marksIn(english.get(path) ?? ''))
    }
  }
})
