import type { Phrase } from './catalogue.ts'
import { t } from './translate.ts'

/** What can be chosen, as a table holds it, with its labels in the language of the page. */
export const translateOptions = <T extends string>(
  options: readonly { value: T; label: Phrase }[],
): { value: T; label: string }[] => options.map(({ value, label }) => ({ value, label: t(label) }))
