import type { Phrase } from '../languages/catalogue.ts'
import { t } from '../languages/translate.ts'

/** Ctrl, or what stands for it where the page is looked at. */
export const mainKey = /Mac|iPhone|iPad/.test(globalThis.navigator?.userAgent ?? '') ? '⌘' : 'Ctrl'

const names: Readonly<Record<string, Phrase>> = {
  Ctrl: 'keyboard|Ctrl',
  Home: 'keyboard|Home',
  End: 'keyboard|End',
  Delete: 'keyboard|Delete',
}

/** What stands on the key. */
export function nameOfKey(key: string): string {
  const name = Object.hasOwn(names, key) ? names[key] : undefined
  return name === undefined ? key : t(name)
}
