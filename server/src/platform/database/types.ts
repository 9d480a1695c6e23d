import pg from 'pg'

const int8 = 20
const int8Array = 1016
const textArray: (text: string) => unknown = pg.types.getTypeParser(1009 as number)

/**
 * Type parsers of one pool, not of the process: int8 as number (counts and sizes here stay far below 2^53);
 * an int8 beyond that is an error rather than a wrong number. Everything else as pg does it.
 */
export const typeParsers: pg.CustomTypesConfig = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (format !== 'binary' && oid === int8) return exactNumber
    if (format !== 'binary' && oid === int8Array) {
      return (text: string) => (textArray(text) as string[]).map(exactNumber)
    }
    return pg.types.getTypeParser(oid, format as 'text')
  },
}

function exactNumber(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 ${text} is not exact as a number`)
  return value
}
