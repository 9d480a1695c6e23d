import type { Language } from '@rendition/contract'
import type { NoticeRow } from '../store/notices.ts'
import { type MailText, written } from './texts.ts'
import { type Changed, type MailWords, mailWords } from './words.ts'

type Words = MailWords['notice']

/** What happened to an account, each in a line. */
export function noticeMail(
  language: Language,
  notices: readonly NoticeRow[],
  host: string,
  url: string,
): MailText {
  const words = mailWords[language].notice
  const topic = notices[0]?.topic ?? 'security'
  const isAlarm = topic === 'signIns' || topic === 'security'
  const letter = {
    subject: words.subject[topic](host),
    lead: words.lead(host),
    lines: notices.map((notice) => `${stamp(notice.createdAt)}: ${sentenceOf(words, notice)}`),
    action: words.action,
    notes: [...(isAlarm ? [words.alarm] : []), words.choice],
  }
  return written(language, letter, url)
}

const stamp = (time: Date): string => `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`

function sentenceOf(words: Words, notice: NoticeRow): string {
  const { details } = notice
  const by = details.byOther === true ? ` ${words.byOther}` : ''
  const from = [programOf(words, details.userAgent), details.address].filter(
    (part) => typeof part === 'string' && part !== '',
  )
  return `${whatOf(words, notice)}${by}${from.length > 0 && details.byOther !== true ? ` (${from.join(', ')})` : ''}.`
}

function whatOf(words: Words, { action, details }: NoticeRow): string {
  if (action === 'quota') return words.quota(String(details.percent))
  if (action === 'job.failed') return words.jobFailed[details.type === 'unpack' ? 'unpack' : 'import']
  if (action === 'account.change' || action === 'user.change') {
    return changesOf(details)
      .map((change) => words.changed[change])
      .join(', ')
  }
  return words.told[action]
}

function changesOf({ fields, role, disabled, signedOut }: Record<string, unknown>): readonly Changed[] {
  const changed: Changed[] = []
  if (Array.isArray(fields) && fields.includes('password')) changed.push('password')
  if (Array.isArray(fields) && fields.includes('email')) changed.push('email')
  if (role !== undefined) changed.push('role')
  if (disabled !== undefined) changed.push(isNow(disabled) ? 'deactivated' : 'activated')
  if (signedOut === true) changed.push('signedOut')
  return changed.length > 0 ? changed : ['other']
}

/** Of what was one thing and is another, as the audit says it: `{ from, to }`. */
const isNow = (change: unknown): boolean =>
  typeof change === 'object' && change !== null && 'to' in change && change.to === true

/** The first words of what a browser says of itself are of the last century. */
function programOf(words: Words, agent: unknown): string {
  if (typeof agent !== 'string') return ''
  const name = /(Firefox|Edg|OPR|Chrome|Safari|curl|python-requests|okhttp)\//.exec(agent)?.[1] ?? ''
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(agent)?.[1] ?? ''
  return name === '' || system === '' ? `${name}${system}` : words.device(name, system)
}
