import type { MailText } from './texts.ts'

/** Sends one mail. Throws `MailRefused` for one that is never taken; anything else may pass. */
export type SendMail = (mail: MailText & { to: string; id: string }) => Promise<void>

/** The server will not take this mail, however often it is offered. */
export class MailRefused extends Error {
  override readonly name = 'MailRefused'
}
