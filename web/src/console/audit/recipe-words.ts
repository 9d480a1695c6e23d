import { type Operation, operationSchema, parseParameters } from '@rendition/contract/recipe'
import { t } from '../../languages/translate.ts'
import { describeStep } from '../../state/describe-step.ts'

/** A step of a recipe that stands as JSON; it may hold an object itself, such as the place of a watermark, and no texts with braces. */
const step = /\{"op":(?:"(?:[^"\\]|\\.)*"|[^{}"]|\{[^{}]*\})*\}/g

/**
 * How a version was made, which the audit has as parameters of a URL, or as JSON where those cannot say it, cut where it is long: in the words of the
 * editor. null for what is neither.
 */
export function recipeWords(text: string): string | null {
  if (text === 'none' || text === 'unchanged') return t('The original')
  const isJson = text.startsWith('{')
  const operations = isJson ? stepsIn(text) : stepsOfQuery(text.replace(/…$/, ''))
  if (operations === null || operations.length === 0) return null
  return `${inWords(operations)}${text.endsWith('…') ? ' …' : ''}`
}

/** The steps that somebody asked for; null where something in the list is none. */
export function stepsWords(steps: readonly unknown[]): string | null {
  const operations = steps.map((one) => operationSchema.safeParse(one).data)
  return operations.every((one) => one !== undefined) ? inWords(operations) : null
}

const inWords = (operations: readonly Operation[]): string =>
  operations
    .map(describeStep)
    .map(({ name, values }) => `${name} ${values}`.trim())
    .join(', ')

const stepsIn = (json: string): Operation[] =>
  [...json.matchAll(step)].flatMap(([one]) => {
    try {
      return operationSchema.safeParse(JSON.parse(one)).data ?? []
    } catch {
      return []
    }
  })

function stepsOfQuery(query: string): Operation[] | null {
  try {
    return parseParameters(new URLSearchParams(query), { outputSide: Number.POSITIVE_INFINITY }).recipe.steps
  } catch {
    return null
  }
}
