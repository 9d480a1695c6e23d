import type { AuditAction } from '@rendition/contract'

/** Whose account a deed is about that is told of: who did it, or whom it was done to. */
export const securityDeeds = {
  'account.change': 'target',
  'account.verify': 'target',
  'two-step.on': 'target',
  'two-step.codes': 'target',
  'two-step.off': 'target',
  'key.create': 'actor',
  'identity.link': 'actor',
  'identity.unlink': 'actor',
  'user.change': 'target',
  'user.password-link': 'target',
  'user.sign-in-link': 'target',
} as const satisfies Partial<Record<AuditAction, 'actor' | 'target'>>

export const fileEvents = ['export.ready', 'export.failed', 'job.failed'] as const
/** Of jobs those alone that somebody asked for and left. */
export const toldJobs = ['import', 'unpack'] as const

/** What a mail may tell of; each language has its words for each. */
export type Told = 'session.start' | keyof typeof securityDeeds | (typeof fileEvents)[number] | 'quota'
export type ToldJob = (typeof toldJobs)[number]
