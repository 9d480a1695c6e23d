import { describe, expect, it } from 'vitest'
import { type ObjectText, readObjects } from './read-objects.ts'

async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function objectsOf(text: string, size = 1): Promise<ObjectText[]> {
  const found: ObjectText[] = []
  for await (const one of readObjects(inPieces(text, size))) found.push(one)
  return found
}

const users = [
  { name: 'Zoë } { ] [ , "quoted\\" \\ \n', nested: { list: [{}, { a: '}' }] } },
  {},
  { emoji: '🙂', $oid: 'x' },
]

describe('the objects of an export', () => {
  it.each([
    ['lines', users.map((user) => JSON.stringify(user)).join('\n')],
    ['lines of another system', `\ufeff${users.map((user) => JSON.stringify(user)).join('\r\n')}\r\n\r\n`],
    ['an array', JSON.stringify(users)],
    ['an array for people', JSON.stringify(users, null, 2)],
  ])('are found in %s, wherever a piece of the file ends', async (_what, text) => {
    for (const size of [1, 2, 7, 1_000]) {
      const found = await objectsOf(text, size)
      expect(found.map((one) => JSON.parse(one.text))).toEqual(users)
    }
  })

  it('know their lines', async () => {
    const found = await objectsOf('{"a":1}\n\n{\n"b":\n2}\n{"c":3}')
    expect(found.map(({ line }) => line)).toEqual([1, 3, 6])
  })

  it('are none in a file without any', async () => {
    expect([await objectsOf(''), await objectsOf(' \n'), await objectsOf('[]')]).toEqual([[], [], []])
  })

  it.each([
    ['a table', 'email,password\n', /^Line 1: "e" where an object/],
    ['text behind an object', '{"a":1}\nx', /^Line 2: "x"/],
    ['more behind the array', '[{"a":1}] {"b":1}', /^Line 1: "\{"/],
    ['commas without an array', '{"a":1},{"b":1}', /^Line 1: ","/],
    ['an object without its end', '{"a":\n1', /ends within the object that begins at line 1/],
    ['an array without its end', '[{"a":1}', /ends within its array/],
  ])('stop at %s', async (_what, text, message) => {
    await expect(objectsOf(text, 4_096)).rejects.toThrow(message)
  })

  it('stop at one that is too long for a record', async () => {
    const message = await objectsOf(`{"a":"${'x'.repeat(2 ** 21)}"}`, 4_096).catch(String)
    expect(message).toMatch(/Line 1: an object of more than a mebibyte/)
  })
})
