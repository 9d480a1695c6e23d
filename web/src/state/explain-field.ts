import { translateSaid } from '../languages/language.ts'
import { asSentence } from './explain-error.ts'

/** What the service says of one field, as a sentence beside it: "is taken" becomes "Is taken." */
export function sentence(message: string | undefined): string | undefined {
  if (message === undefined || message === '') return message
  return asSentence(translateSaid(message) ?? message)
}
