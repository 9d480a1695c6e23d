import { escapeMarkup } from '@rendition/contract/markup'

/** One mail, in both texts that it is sent in. */
export interface MailText {
  subject: string
  text: string
  html: string
}

interface Letter {
  subject: string
  /** What happened, in a sentence. */
  lead: string
  /** One by one, where it was several things. */
  lines?: readonly string[]
  action: string
  url: string
  /** What else is to be known: how long it is good, and what to do who did not ask for it. */
  notes: readonly string[]
}

export const resetMail = (url: string, host: string): MailText =>
  letter({
    subject: `A new password for ${host}`,
    lead: `Somebody, probably you, asked for a new password for your account at ${host}.`,
    action: 'Choose a new password',
    url,
    notes: [
      'The link is good once, for an hour. All devices are signed out then.',
      'You did not ask? Then do nothing: your password stays as it is.',
    ],
  })

export const inviteMail = (url: string, host: string, days: number): MailText =>
  letter({
    subject: `An account for you at ${host}`,
    lead: `You are invited to ${host}, where pictures are kept and shown in every size.`,
    action: 'Create your account',
    url,
    notes: [
      `The link is good once, for ${days} days.`,
      'You expected nothing of the kind? Then do nothing: no account is made.',
    ],
  })

export const verifyMail = (url: string, host: string, days: number): MailText =>
  letter({
    subject: `Verify your address at ${host}`,
    lead: `Somebody, probably you, wants to use this address for an account at ${host}.`,
    action: 'Verify the address',
    url,
    notes: [
      `The link is good once, for ${days} days, for who is signed in to that account.`,
      'It is not your account? Then do nothing: the address stays unverified there.',
    ],
  })

export function letter({ subject, lead, lines = [], action, url, notes }: Letter): MailText {
  const listed = lines.length > 0 ? [...lines.map((line) => `- ${line}`), ''] : []
  const text = [lead, '', ...listed, `${action}:`, url, '', ...notes, ''].join('\n')
  const paragraph = (inner: string, style = '') =>
    `<p style="margin:0 0 16px;line-height:1.5;${style}">${inner}</p>`
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeMarkup(subject)}</title></head>
<body style="margin:0;padding:32px 16px;background:#f6f5f3;color:#1c1a17;font:16px system-ui,sans-serif">
<div style="max-width:480px;margin:0 auto;padding:32px;background:#fff;border-radius:12px">
${paragraph(escapeMarkup(lead))}
${lines.map((line) => paragraph(escapeMarkup(line))).join('\n')}
${paragraph(`<a href="${escapeMarkup(url)}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#1c1a17;color:#fff;text-decoration:none;font-weight:600">${escapeMarkup(action)}</a>`)}
${notes.map((note) => paragraph(escapeMarkup(note), 'color:#6b665e;font-size:14px')).join('\n')}
${paragraph(`Or open this address: <br>${escapeMarkup(url)}`, 'color:#6b665e;font-size:12px;word-break:break-all')}
</div></body></html>
`
  return { subject, text, html }
}
