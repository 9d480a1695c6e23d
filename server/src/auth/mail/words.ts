import type { Language, NoticeTopic } from '@rendition/contract'
import type { Told, ToldJob } from '../told.ts'
import { english } from './english.ts'
import { german } from './german.ts'

/** What one mail says, without its link. */
export interface Letter {
  subject: string
  /** What happened, in a sentence. */
  lead: string
  /** One by one, where it was several things. */
  lines?: readonly string[]
  action: string
  /** What else is to be known: how long it is good, and what to do who did not ask for it. */
  notes: readonly string[]
}

/** Of an account that was changed: what `account.change` and `user.change` may say. */
export type Changed = 'password' | 'email' | 'role' | 'deactivated' | 'activated' | 'signedOut' | 'other'

/** Everything that mails say, in one language. A language that lacks something does not compile. */
export interface MailWords {
  reset(host: string): Letter
  invite(host: string, days: number): Letter
  verify(host: string, days: number): Letter
  notice: {
    subject: Readonly<Record<NoticeTopic, (host: string) => string>>
    lead(host: string): string
    action: string
    /** What to do where it was somebody else. */
    alarm: string
    choice: string
    /** What happened, as the middle of a sentence; of a change, `changed` says what. */
    told: Readonly<Record<Exclude<Told, 'account.change' | 'user.change' | 'job.failed' | 'quota'>, string>>
    changed: Readonly<Record<Changed, string>>
    jobFailed: Readonly<Record<ToldJob, string>>
    quota(percent: string): string
    byOther: string
    /** `Firefox`, `Linux` → `Firefox on Linux` */
    device(program: string, system: string): string
  }
  /** Before the address in plain sight, for who cannot press the button. */
  openAddress: string
}

export const mailWords: Readonly<Record<Language, MailWords>> = { en: english, de: german }
