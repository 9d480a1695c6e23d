import type { Phrase } from '../languages/catalogue.ts'
import { t } from '../languages/translate.ts'

const names = new Map<string, Phrase>([
  ['database', 'Database'],
  ['storage', 'Storage'],
  ['queue', 'Queue'],
  ['cache', 'Cache'],
  ['disk', 'Disk'],
])

/** What a part of the service is called here; one of a version that is newer than the page, as the service calls it. */
export function partName(part: string): string {
  const known = names.get(part)
  return known === undefined ? part : t(known)
}
