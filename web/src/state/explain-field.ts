import type { Phrase } from '../languages/catalogue.ts'
import { t } from '../languages/translate.ts'

/** What the service says of a field of the forms that everybody sees; what it says of others is English. */
const fieldFaults: readonly Phrase[] = [
  'is taken',
  'is needed',
  'is not an email address',
  'is among the passwords that are tried first: choose another one',
  'letters, digits, dot, dash and underscore only',
  'no letters that cannot be seen',
  'letters of one alphabet only',
  'email or username is required',
  'must be in the future',
]

function fieldText(message: string): string {
  const [, bound, count] = /^at (least|most) (\d+) characters$/.exec(message) ?? []
  if (bound === 'least') return t('at least {count} characters', { count: Number(count) })
  if (bound === 'most') return t('at most {count} characters', { count: Number(count) })
  const known = fieldFaults.find((text) => text === message)
  return known === undefined ? message : t(known)
}

/** What the service says of one field, as a sentence beside it: "is taken" becomes "Is taken." */
export function sentence(message: string | undefined): string | undefined {
  if (message === undefined || message === '') return message
  const text = fieldText(message)
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`
}
