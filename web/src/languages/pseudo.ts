import type { Texts } from './texts.ts'

/** Shown from its end to its beginning, as a language from right to left is: what is not, is no text of the catalogue. */
const reversed = (text: string): string =>
  text
    .slice(text.indexOf('|') + 1)
    .split(/(\{\w+\})/)
    .map((piece) =>
      piece.startsWith('{') ? piece : piece.replace(/\S.*\S|\S/s, (words) => `\u202e${words}\u202c`),
    )
    .join('')

/** Any text, made of its English. */
export const pseudo: Texts = new Proxy<Record<string, string>>(
  {},
  { get: (_, text) => reversed(String(text)) },
)
