import { StringDecoder } from 'node:string_decoder'

/** One JSON object of a file, as text. */
export interface ObjectText {
  text: string
  /** Where it begins, from 1. */
  line: number
}

/** Characters of one object: what is longer is no record of a user or an image. */
const longest = 1024 ** 2

/**
 * The objects of a file that holds one after the other, in lines as mongoexport writes them, or in one array of any
 * length (`--jsonArray`). Reads it once and holds one object. Throws, with the line, on anything else.
 */
export async function* readObjects(file: AsyncIterable<Uint8Array>): AsyncGenerator<ObjectText> {
  const decoder = new StringDecoder('utf8')
  let line = 1
  let began = 1
  let depth = 0
  let inString = false
  let escaped = false
  let array = 'none' as 'none' | 'open' | 'closed'
  let first = true
  let text = ''

  const fault = (what: string): Error => new Error(`Line ${line}: ${what}.`)

  function* take(part: string): Generator<ObjectText> {
    let from = 0
    for (let at = 0; at < part.length; at += 1) {
      const char = part[at]
      if (char === '\n') line += 1
      if (depth > 0) {
        if (inString) {
          if (escaped) escaped = false
          else if (char === '\\') escaped = true
          else if (char === '"') inString = false
        } else if (char === '"') inString = true
        else if (char === '{') depth += 1
        else if (char === '}') {
          depth -= 1
          if (depth > 0) continue
          yield { text: text + part.slice(from, at + 1), line: began }
          text = ''
        }
        continue
      }
      if (char === '{' && array !== 'closed') {
        depth = 1
        from = at
        began = line
      } else if (char === '[' && first) array = 'open'
      else if (char === ']' && array === 'open') array = 'closed'
      else if (char === ',' && array === 'open') continue
      else if (char !== undefined && !/[\s\ufeff]/.test(char)) {
        throw fault(`${JSON.stringify(char)} where an object {…} is expected`)
      } else continue
      first = false
    }
    if (depth === 0) return
    text += part.slice(from)
    if (text.length > longest) throw fault('an object of more than a mebibyte')
  }

  for await (const chunk of file) yield* take(decoder.write(Buffer.from(chunk)))
  yield* take(decoder.end())
  if (depth > 0) throw fault(`the file ends within the object that begins at line ${began}`)
  if (array === 'open') throw fault('the file ends within its array')
}
