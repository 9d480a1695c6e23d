import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer } from 'smtp-server'
import { expect, vi } from 'vitest'

export interface ReceivedMail {
  to: string[]
  /** With both texts, in the lines that they were written in. */
  raw: string
  read: ReadMail
}

/** A mail as its reader has it. */
export interface ReadMail {
  subject: string
  language: string
  text: string
  html: string
}

/** A mail server, and what it was given. */
export interface Inbox {
  url: string
  mails: ReceivedMail[]
  /** Addresses that it takes nothing for. */
  refuses: Set<string>
  /** To whom something was to be sent, taken or not. */
  offered: string[]
  /** The newest mail to an address that holds a text; waits for it. */
  to(address: string, holding?: string): Promise<string>
  /** The newest mail to an address whose subject is this; waits for it. */
  read(address: string, subject: string): Promise<ReadMail>
  /** The secret of the link below this path in the newest mail to an address. */
  link(address: string, path: string): Promise<string>
  close(): Promise<void>
}

export async function openInbox(): Promise<Inbox> {
  const mails: ReceivedMail[] = []
  const refuses = new Set<string>()
  const offered: string[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo({ address }, _session, done) {
      offered.push(address)
      done(refuses.has(address) ? Object.assign(new Error('no such mailbox'), { responseCode: 550 }) : null)
    },
    onData(stream, { envelope }, done) {
      void text(stream).then((raw) => {
        const to = envelope.rcptTo.map(({ address }) => address)
        mails.push({ to, raw: raw.replaceAll('=\r\n', '').replaceAll('=3D', '='), read: readMail(raw) })
        done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const to: Inbox['to'] = async (address, holding = '') => {
    const find = () => mails.findLast((mail) => mail.to[0] === address && mail.raw.includes(holding))
    await vi.waitFor(() => expect(find()).toBeDefined(), { timeout: 20_000, interval: 50 })
    return find()?.raw ?? ''
  }
  return {
    url: `smtp://127.0.0.1:${(server.server.address() as AddressInfo).port}`,
    mails,
    refuses,
    offered,
    to,
    async read(address, subject) {
      const subjects = () => mails.flatMap((mail) => (mail.to[0] === address ? [mail.read.subject] : []))
      await vi.waitFor(() => expect(subjects()).toContain(subject), { timeout: 20_000, interval: 50 })
      const found = mails.findLast((mail) => mail.to[0] === address && mail.read.subject === subject)
      if (found === undefined) throw new Error('a mail that was there is gone')
      return found.read
    },
    async link(address, path) {
      const raw = await to(address, `/${path}#`)
      return new RegExp(`/${path}#(rnl_[\\w-]+)`).exec(raw)?.[1] ?? ''
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

function readMail(raw: string): ReadMail {
  const [head = '', ...rest] = raw.split('\r\n\r\n')
  const parts = rest.join('\r\n\r\n').split(/\r\n--[^\r\n]*/)
  const part = (type: string): string => {
    const found = parts.find((one) => one.includes(`Content-Type: ${type}`)) ?? ''
    const [, ...body] = found.split('\r\n\r\n')
    return unquoted(body.join('\r\n\r\n'))
  }
  const field = (name: string): string => new RegExp(`^${name}: (.*(?:\r\n .*)*)`, 'im').exec(head)?.[1] ?? ''
  return {
    // Words are cut between letters, and the white space between them is none of the text (RFC 2047 6.2).
    subject: field('Subject')
      .replace(/\?=\s+=\?/g, '?==?')
      .replace(/=\?UTF-8\?Q\?(.*?)\?=/gi, (_, word: string) => unquoted(word.replaceAll('_', ' '))),
    language: field('Content-Language'),
    text: part('text/plain'),
    html: part('text/html'),
  }
}

/** Quoted-printable (RFC 2045 6.7). */
const unquoted = (text: string): string =>
  text
    .replaceAll('=\r\n', '')
    .replace(/(?:=[0-9A-F]{2})+/g, (run) => Buffer.from(run.replaceAll('=', ''), 'hex').toString('utf8'))
