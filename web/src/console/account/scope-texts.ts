import type { Scope } from '@rendition/contract'
import type { Phrase } from '../../languages/catalogue.ts'

/** What a program can do with a key that holds the scope, in the words of its owner. */
export const scopeTexts: Record<Scope, { name: Phrase; about: Phrase }> = {
  'images:read': {
    name: 'See images',
    about: 'List, search and download pictures, and ask for any size of them.',
  },
  'images:write': {
    name: 'Change images',
    about: 'Upload, edit, move to the trash and delete pictures and albums.',
  },
  'jobs:read': { name: 'See jobs', about: 'Follow what is being made, and the events of the account.' },
  'jobs:write': { name: 'Run jobs', about: 'Start, cancel, repeat and remove jobs.' },
  'webhooks:manage': {
    name: 'Manage webhooks',
    about: 'Say where events are sent, and look at what was sent.',
  },
  'account:manage': {
    name: 'Manage the account',
    about: 'Make and end keys, sign devices out, erase the account. Of an administrator: manage everybody’s.',
  },
}

export interface Expiry {
  value: string
  label: Phrase
  days: number | null
}

export const expiries: readonly Expiry[] = [
  { value: '30', label: 'In 30 days', days: 30 },
  { value: '90', label: 'In 90 days', days: 90 },
  { value: '365', label: 'In a year', days: 365 },
  { value: 'never', label: 'Never', days: null },
]

/** When a key ends that is made now. */
export function expiresAtOf(value: string, now: Date): string | null {
  const days = expiries.find((expiry) => expiry.value === value)?.days ?? null
  return days === null ? null : new Date(now.getTime() + days * 86_400_000).toISOString()
}

export const isOver = (expiresAt: string | null, now: number): boolean =>
  expiresAt !== null && Date.parse(expiresAt) <= now
