import { StringDecoder } from 'node:string_decoder'

/** A line of a file. */
export interface LineText {
  /** null for one that is too long. */
  text: string | null
  /** From 1. */
  line: number
}

/** Characters of one line. */
const longest = 1024 ** 2

/** The lines of a file that are not empty. Reads it once and holds one line, however long it is. */
export async function* readLines(file: AsyncIterable<Uint8Array>): AsyncGenerator<LineText> {
  const decoder = new StringDecoder('utf8')
  let line = 1
  let text: string | null = ''
  const add = (part: string): void => {
    if (text !== null) text = text.length + part.length > longest ? null : text + part
  }
  for await (const chunk of file) {
    const [first = '', ...more] = decoder.write(Buffer.from(chunk)).split('\n')
    add(first)
    for (const part of more) {
      if (text?.trim() !== '') yield { text, line }
      line += 1
      text = ''
      add(part)
    }
  }
  add(decoder.end())
  if (text?.trim() !== '') yield { text, line }
}
