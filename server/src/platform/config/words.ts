import type { z } from 'zod'

/**
 * What is wrong with a value, for whoever wrote the configuration; a schema's own sentence where it has one. Zod's
 * ("Too small: expected number to be >=1", "Invalid input") are for whoever wrote the schema.
 */
export function wordsOf(issue: z.core.$ZodIssue): string {
  if (!zodsOwn.test(issue.message)) return issue.message
  switch (issue.code) {
    case 'invalid_value':
      return `must be ${listOf(issue.values.map(String))}`
    case 'invalid_type':
      return `must be ${kinds[issue.expected] ?? issue.expected}`
    case 'too_small':
      return `must be at least ${amount(issue.minimum, issue.origin)}`
    case 'too_big':
      return `must be at most ${amount(issue.maximum, issue.origin)}`
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`
    case 'unrecognized_keys':
      return `${issue.keys.join(', ')}: is not known here`
    case 'invalid_format':
      return issue.format === 'url' ? 'must be a URL' : 'is not written as it must be'
    case 'invalid_union': {
      const [deepest] = issue.errors.flat()
      return deepest === undefined ? 'is not valid' : wordsOf(deepest)
    }
    case 'invalid_key':
    case 'invalid_element': {
      const [first] = issue.issues
      return first === undefined ? 'is not valid' : wordsOf(first)
    }
    default:
      return 'is not valid'
  }
}

const zodsOwn = /^(Invalid|Too (small|big)|Unrecognized|Required|Expected)\b/

const kinds: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'a JSON object',
  record: 'a JSON object',
}

const listOf = (values: readonly string[]): string =>
  values.length < 2 ? values.join('') : `one of: ${values.join(', ')}`

const amount = (bound: number | bigint, origin: string): string =>
  origin === 'string' ? `${bound} characters long` : origin === 'array' ? `${bound} entries long` : `${bound}`
