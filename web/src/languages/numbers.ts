import { currentLocale } from './language.ts'

/** One of each kind for each language: to make one costs more than all that it formats on a page. */
const kept = new Map<string, object>()

function keep<Format extends object>(
  kind: new (locale: string, options: object) => Format,
  options: object,
): Format {
  const locale = currentLocale()
  const key = `${kind.name} ${locale} ${JSON.stringify(options)}`
  const found = kept.get(key)
  if (found instanceof kind) return found
  const made = new kind(locale, options)
  kept.set(key, made)
  return made
}

/** `1234.5` → `1,234.5`, in German `1.234,5` */
export const formatNumber = (value: number, options: Intl.NumberFormatOptions = {}): string =>
  keep(Intl.NumberFormat, options).format(value)

/** A time as the language of the page writes it: `{ dateStyle: 'medium' }` → `Aug 1, 2026`, in German `01.08.2026` */
export const formatDate = (time: string | number | Date, options: Intl.DateTimeFormatOptions): string =>
  keep(Intl.DateTimeFormat, options).format(new Date(time))

/** `-3`, `minute` → `3 minutes ago` */
export const formatAgo = (value: number, unit: Intl.RelativeTimeFormatUnit): string =>
  keep(Intl.RelativeTimeFormat, { numeric: 'auto' }).format(value, unit)

/** Which of the forms of a text belongs to the number: in English and German `one` and `other`. */
export const pluralForm = (count: number): Intl.LDMLPluralRule => keep(Intl.PluralRules, {}).select(count)
