import { createTransport } from 'nodemailer'
import { MailRefused, type SendMail } from './send-mail.ts'

const timeouts = { connectionTimeout: 10_000, greetingTimeout: 10_000, socketTimeout: 30_000 }

/**
 * By SMTP, a connection for each mail: few are sent. The server is the operator's choice, so it may have a private
 * address, unlike what users name.
 */
export function createSmtp(url: string, from: string): { send: SendMail; close(): void } {
  const transport = createTransport(
    { url, ...timeouts, disableFileAccess: true, disableUrlAccess: true },
    { from },
  )
  const domain = /@([^@>\s]+)>?\s*$/.exec(from)?.[1] ?? 'localhost'
  return {
    async send({ to, id, language, subject, text, html }) {
      try {
        await transport.sendMail({
          // As an address and not as a line of text: nothing in it becomes a second recipient.
          to: { name: '', address: to },
          subject,
          text,
          html,
          // The same however often it is sent: a mailbox may show two as one.
          messageId: `<${id}@${domain}>`,
          headers: { 'auto-submitted': 'auto-generated', 'content-language': language },
        })
      } catch (cause) {
        const { responseCode, command } = cause as { responseCode?: number; command?: string }
        // Of the recipient or the text, not of the greeting or the sign-in, which an operator mends.
        const isOfThisMail = command === 'RCPT TO' || command === 'DATA'
        if (isOfThisMail && responseCode !== undefined && responseCode >= 500) {
          throw new MailRefused('the server refused the mail', { cause })
        }
        throw cause
      }
    },
    close: () => transport.close(),
  }
}
