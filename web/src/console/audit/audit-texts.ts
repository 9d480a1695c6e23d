import type { AuditAction, AuditEntry, AuditKind } from '@rendition/contract'
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
  'image.create': 'A picture was added',
  'image.change': 'What is told of a picture was changed',
  'image.version': 'A picture has another version',
  'image.bulk': 'Many pictures were changed',
  'image.trash': 'A picture was moved to the trash',
  'image.restore': 'A picture was taken out of the trash',
  'image.delete': 'Pictures were deleted for good',
  'image.purge': 'What was made of a picture was removed',
  'album.create': 'An album was made',
  'album.change': 'An album was changed',
  'album.items': 'Pictures of an album changed',
  'album.delete': 'An album was deleted',
  'search.create': 'A search was saved',
  'search.change': 'A saved search was changed',
  'search.delete': 'A saved search was forgotten',
  'share.create': 'Something was shared',
  'share.change': 'A share was changed',
  'share.revoke': 'A share was ended',
  'export.create': 'An export was asked for',
  'export.delete': 'An export was removed',
  'webhook.create': 'A webhook was added',
  'webhook.change': 'A webhook was changed',
  'webhook.secret': 'The secret for given addresses was changed',
  'webhook.replay': 'Messages were sent again',
  'webhook.test': 'A test message was sent',
  'webhook.delete': 'A webhook was removed',
  'job.create': 'Work was asked for',
  'job.change': 'Jobs were changed',
  'job.delete': 'A job was removed',
  'queue.change': 'A lane was paused or went on',
  'cache.purge': 'A purge was asked for',
  'presets.change': 'The presets were changed',
  'presets.restore': 'Earlier presets were asked back',
  'presets.switch': 'Other presets came in force',
}

/** The kinds of acts. One that is not here does not compile. */
export const kindTexts: Record<AuditKind, Phrase> = {
  account: 'Account',
  session: 'Signing in',
  'two-step': 'Two-step sign-in',
  key: 'API keys',
  identity: 'Providers',
  image: 'Photos',
  album: 'Albums',
  search: 'Saved searches',
  share: 'Shared links',
  export: 'Exports',
  webhook: 'Webhooks',
  job: 'Jobs',
  user: 'Accounts, by administrators',
  invitation: 'Invitations',
  queue: 'Queue',
  cache: 'Purges',
  presets: 'Presets',
}

/** Columns of the table that goes out. */
const columns = [
  'at',
  'action',
  'outcome',
  'actorId',
  'actorName',
  'targetId',
  'ownerId',
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
