/** No request needs more; zod and the code behind it are recursive. */
const deepest = 32
/** The largest list of the contract, a batch's images, and room for what stands beside it. */
const mostValues = 12_000
/** The largest object of the contract is a bag of parameters, with fewer than fifty. */
const mostKeys = 200

/**
 * What is wrong with the shape of a JSON text, before anything is built of it: how deep, how many values, how many
 * keys in one object. Null when nothing is. A text that is no JSON is left to the parser. One pass, no memory: parsing
 * and validating 80,000 wrong values costs a second of everybody's time.
 */
export function shapeFault(text: string): string | null {
  let depth = 0
  let values = 1
  /** Commas since the innermost object began; -1 within a list. One entry for each level. */
  const keys = new Int32Array(deepest + 1)
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x22: {
        at = endOfString(text, at)
        break
      }
      case 0x2c: {
        values += 1
        if (values > mostValues) return `must hold at most ${mostValues} values`
        const before = keys[depth] ?? -1
        if (before >= 0) {
          if (before + 2 > mostKeys) return `must have at most ${mostKeys} fields in one object`
          keys[depth] = before + 1
        }
        break
      }
      case 0x5b:
      case 0x7b: {
        depth += 1
        if (depth > deepest) return `must be nested at most ${deepest} levels deep`
        values += 1
        keys[depth] = text.charCodeAt(at) === 0x7b ? 0 : -1
        break
      }
      case 0x5d:
      case 0x7d:
        if (depth > 0) depth -= 1
        break
      default:
        break
    }
  }
  return null
}

/** Where the string that begins at `from` ends; the end of the text when it does not. */
function endOfString(text: string, from: number): number {
  let at = from
  do at = text.indexOf('"', at + 1)
  while (at !== -1 && isEscaped(text, at))
  return at === -1 ? text.length : at
}

function isEscaped(text: string, at: number): boolean {
  let slashes = 0
  while (text.charCodeAt(at - 1 - slashes) === 0x5c) slashes += 1
  return slashes % 2 === 1
}
