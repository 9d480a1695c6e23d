import type { AuditAction, AuditEntry } from '@rendition/contract'
import type { Phrase } from '../../languages/catalogue.ts'

/** What was done, in words. One that is not here does not compile. */
export const actionTexts: Record<AuditAction, Phrase> = {
  'account.register': 'An account was made',
  'account.change': 'An account was changed',
  'account.delete': 'An account was erased by its owner',
  'account.verify': 'An address was verified',
  'account.notify': 'Notifications were chosen',
  'session.start': 'Sign-in',
  'session.block': 'Sign-ins were blocked',
  'session.revoke': 'A device was signed out',
  'session.reuse': 'A spent token was used again',
  'two-step.on': 'Two-step sign-in was turned on',
  'two-step.codes': 'New recovery codes were made',
  'two-step.off': 'Two-step sign-in was turned off',
  'key.create': 'An API key was made',
  'key.delete': 'An API key was ended',
  'user.change': 'An administrator changed an account',
  'user.password-link': 'A link for a new password was made',
  'user.sign-in-link': 'A link to sign in was made',
  'identity.link': 'A provider was linked',
  'identity.unlink': 'A provider’s link was taken off',
  'invitation.create': 'Somebody was invited',
  'invitation.delete': 'An invitation was taken back',
  'user.delete': 'An administrator erased an account',
  'job.change': 'An administrator changed jobs',
  'job.delete': 'An administrator removed a job',
  'queue.change': 'A lane was paused or went on',
  'cache.purge': 'A purge was asked for',
  'presets.change': 'The presets were changed',
  'presets.restore': 'Earlier presets were asked back',
  'presets.switch': 'Other presets came in force',
}

/** Columns of the table that goes out. */
const columns = [
  'at',
  'action',
  'outcome',
  'actorId',
  'actorName',
  'targetId',
  'address',
  'userAgent',
  'requestId',
  'details',
] as const

/**
 * A cell of RFC 4180. What a spreadsheet would run as a formula is led by an apostrophe: user agents are written by strangers.
 */
function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}

/** Entries as a table for spreadsheets. */
export function csvOf(entries: readonly AuditEntry[]): string {
  const rows = entries.map(({ actor, details, ...entry }) => {
    const values = { ...entry, actorId: actor?.id, actorName: actor?.name, details: JSON.stringify(details) }
    return columns.map((name) => cell(values[name] ?? '')).join(',')
  })
  return `${[columns.join(','), ...rows].join('\r\n')}\r\n`
}

/** What a change says of itself: `role: user → admin`. */
export function detailsText(details: AuditEntry['details']): string {
  return Object.entries(details)
    .map(([name, value]) => `${name}: ${isChange(value) ? `${value.from} → ${value.to}` : written(value)}`)
    .join(', ')
}

const isChange = (value: unknown): value is { from: string; to: string } =>
  typeof value === 'object' && value !== null && 'from' in value && 'to' in value
/** An act on a hundred jobs names them all; the file that goes out has the rest. */
const mostNamed = 3
const listText = (values: readonly unknown[]): string =>
  values.length <= mostNamed
    ? values.join(' ')
    : `${values.slice(0, mostNamed).join(' ')} +${values.length - mostNamed}`
const written = (value: unknown): string =>
  Array.isArray(value) ? listText(value) : typeof value === 'object' ? JSON.stringify(value) : String(value)
