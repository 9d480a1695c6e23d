import { z } from 'zod'
import { listOf, stepLimit } from '../bounds.ts'
import { operationSchema } from './operations.ts'

/** A list of operations, in the order in which they happen. */
export const stepsSchema = listOf(operationSchema, stepLimit, 'operations')

/** Characters of a list in a URL: proxies take some 8,000 of a whole one, and percent signs make three of one. */
export const stepsTextLimit = 3_000
const shape = `must be a JSON list of operations, at most ${stepsTextLimit} characters long`

/** The text of a list in a URL. */
export const stepsText = z.string({ error: shape }).max(stepsTextLimit, { error: shape })

/** A list of operations as it stands in a URL: JSON, each fault with its place in the list. */
export const stepsValue = stepsText.transform((text, context) => {
  const list = stepsSchema.safeParse(readJson(text))
  if (list.success && list.data.length > 0) return list.data
  for (const { path, message } of list.error?.issues ?? [])
    context.addIssue({ code: 'custom', message: path.length === 0 ? shape : message, path })
  if (list.success) context.addIssue({ code: 'custom', message: 'must hold at least one operation' })
  return z.NEVER
})

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
