import type { Texts } from '../texts.ts'

/** Words that stand in many places, and times and amounts. */
export const everywhere = {
  'just now': 'gerade eben',
  Close: 'Schließen',
} as const satisfies Texts
