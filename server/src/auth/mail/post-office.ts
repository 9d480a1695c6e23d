import { Failure } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import type { Queryable, Transaction } from '../../platform/database/port.ts'
import { type Loop, startLoop } from '../../platform/loop.ts'
import type { AuthDeps } from '../deps.ts'
import { claimMail, deleteMail, insertMail, type MailRow, postponeMail } from '../store/mails.ts'
import { noteMailService, postNotices } from '../store/notices.ts'
import { MailRefused, type SendMail } from './send-mail.ts'
import type { MailText } from './texts.ts'

/** Mail that is written down first and sent then, so that a process that dies loses none. */
export interface PostOffice {
  /** False where the installation sends no e-mail. */
  readonly isOpen: boolean
  /** Writes a mail down, in the caller's transaction where there is one. Throws `overloaded` when thousands wait. */
  post(
    db: Queryable,
    mail: { kind: 'reset' | 'invite' | 'verify'; email: string; linkId: string | null },
  ): Promise<void>
  /** Sends what is due, now and whenever something is. Gives the stop. */
  start(): () => Promise<void>
  /** Looks for what was posted. Call when the transaction has ended. */
  wake(): void
}

/** What a mail says, made when it is sent; null when there is nobody to tell. */
export type Compose = (mail: MailRow) => Promise<Composed | null>
type Composed = MailText & {
  /** Together with the end of the mail: it was sent, or will never be taken. */
  onEnd?: (tx: Transaction) => Promise<void>
}

/** A bound for the table: asking for a new password needs no account. */
const mostWaiting = 10_000
/** Longer than a sending takes; whoever died with it is followed by another. */
const leaseMs = 120_000
const firstPauseMs = 5_000
const longestPauseMs = 3_600_000
/** Then its links are over as well. */
const givenUpMs = 24 * 3_600_000
const lookEveryMs = 5_000
/** How often it is written down that mail is sent here, without which nobody is to be told of anything. */
const seenEveryMs = 600_000

export function createPostOffice(
  parts: Pick<AuthDeps, 'db' | 'clock' | 'log'>,
  send: SendMail | null,
  compose: Compose,
): PostOffice {
  const { db, clock, log } = parts
  let loop: Loop | null = null

  const sendOne = async (mail: MailRow, by: SendMail): Promise<void> => {
    const age = clock.now().getTime() - mail.createdAt.getTime()
    let text: Composed | null = null
    const end = (): Promise<void> =>
      db.transaction(async (tx) => {
        await text?.onEnd?.(tx)
        await deleteMail(tx, mail.id)
      })
    try {
      if (age <= givenUpMs) text = await compose(mail)
      if (age > givenUpMs) log.error({ mail: mail.id, kind: mail.kind }, 'a mail could not be sent for a day')
      if (text !== null) {
        const { language, subject, text: plain, html } = text
        await by({ language, subject, text: plain, html, to: mail.email, id: mail.id })
      }
      await end()
    } catch (err) {
      if (err instanceof MailRefused) {
        log.warn({ err, mail: mail.id, kind: mail.kind }, 'a mail was refused')
        // With what it told of: notices that stay would make the same mail anew at every look.
        return end()
      }
      log.warn({ err, mail: mail.id, attempts: mail.attempts }, 'a mail could not be sent yet')
      const pauseMs = Math.min(longestPauseMs, firstPauseMs * 2 ** (mail.attempts - 1))
      await postponeMail(db, mail.id, new Date(clock.now().getTime() + pauseMs))
    }
  }

  let seenAt = Number.NEGATIVE_INFINITY

  const sendDue = async (by: SendMail, signal: AbortSignal): Promise<void> => {
    if (performance.now() - seenAt > seenEveryMs) {
      await noteMailService(db, clock.now())
      seenAt = performance.now()
    }
    await postNotices(db, clock.now(), mostWaiting)
    while (!signal.aborted) {
      const now = clock.now()
      const mail = await claimMail(db, now, new Date(now.getTime() + leaseMs))
      if (mail === null) return
      await sendOne(mail, by)
    }
  }

  return {
    isOpen: send !== null,
    async post(to, { kind, email, linkId }) {
      const row = { id: uuidv7(), kind, email, linkId, createdAt: clock.now() }
      if (!(await insertMail(to, row, mostWaiting))) {
        throw new Failure('overloaded', 'Too many mails wait to be sent.', { retryAfter: 60 })
      }
    },
    start() {
      if (send === null) return async () => {}
      const mine = startLoop({
        name: 'mail',
        everyMs: lookEveryMs,
        pass: (signal) => sendDue(send, signal),
        log,
      })
      loop = mine
      return () => mine.stop()
    },
    wake: () => loop?.wake(),
  }
}
