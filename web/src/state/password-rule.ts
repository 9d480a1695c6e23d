import type { Registration } from '@rendition/contract'
import { plural, t } from '../languages/translate.ts'

/** What a new password is judged by, to be said beside its field before one is chosen. */
export function passwordRule(known: Registration | undefined): string {
  const least = known?.passwordLength
  // Where the service does not tell, or is of an earlier version.
  if (least === undefined) return t('Long, and yours alone: the commonest are refused.')
  return plural(
    least,
    'At least {count} character; the commonest passwords are refused.',
    'At least {count} characters; the commonest passwords are refused.',
  )
}
