import type { Language } from '@rendition/contract'
import { escapeMarkup } from '@rendition/contract/markup'
import { type Letter, mailWords } from './words.ts'

/** One mail, in both texts that it is sent in. */
export interface MailText {
  language: Language
  subject: string
  text: string
  html: string
}

export const resetMail = (language: Language, url: string, host: string): MailText =>
  written(language, mailWords[language].reset(host), url)

export const inviteMail = (language: Language, url: string, host: string, days: number): MailText =>
  written(language, mailWords[language].invite(host, days), url)

export const verifyMail = (language: Language, url: string, host: string, days: number): MailText =>
  written(language, mailWords[language].verify(host, days), url)

export function written(
  language: Language,
  { subject, lead, lines = [], action, notes }: Letter,
  url: string,
): MailText {
  const listed = lines.length > 0 ? [...lines.map((line) => `- ${line}`), ''] : []
  const text = [lead, '', ...listed, `${action}:`, url, '', ...notes, ''].join('\n')
  const paragraph = (inner: string, style = '') =>
    `<p style="margin:0 0 16px;line-height:1.5;${style}">${inner}</p>`
  const html = `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeMarkup(subject)}</title></head>
<body style="margin:0;padding:32px 16px;background:#f6f5f3;color:#1c1a17;font:16px system-ui,sans-serif">
<div lang="${language}" style="max-width:480px;margin:0 auto;padding:32px;background:#fff;border-radius:12px">
${paragraph(escapeMarkup(lead))}
${lines.map((line) => paragraph(escapeMarkup(line))).join('\n')}
${paragraph(`<a href="${escapeMarkup(url)}" style="display:inline-block;padding:12px 20px;border-radius:8px;background:#1c1a17;color:#fff;text-decoration:none;font-weight:600">${escapeMarkup(action)}</a>`)}
${notes.map((note) => paragraph(escapeMarkup(note), 'color:#6b665e;font-size:14px')).join('\n')}
${paragraph(`${escapeMarkup(mailWords[language].openAddress)} <br>${escapeMarkup(url)}`, 'color:#6b665e;font-size:12px;word-break:break-all')}
</div></body></html>
`
  return { language, subject, text, html }
}
