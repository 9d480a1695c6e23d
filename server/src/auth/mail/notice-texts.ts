import type { NoticeRow } from '../store/notices.ts'
import { letter, type MailText } from './texts.ts'

const subjects: Readonly<Record<NoticeRow['topic'], string>> = {
  signIns: 'A new sign-in at',
  security: 'Your account was changed at',
  files: 'Your files at',
  quota: 'Your space is nearly used up at',
}

/** What happened to an account, each in a line. */
export const noticeMail = (notices: readonly NoticeRow[], host: string, url: string): MailText => {
  const topic = notices[0]?.topic ?? 'security'
  const isAlarm = topic === 'signIns' || topic === 'security'
  return letter({
    subject: `${subjects[topic]} ${host}`,
    lead: `This happened to your account at ${host}:`,
    lines: notices.map((notice) => `${stamp(notice.createdAt)}: ${sentenceOf(notice)}`),
    action: 'Look at your account',
    url,
    notes: [
      ...(isAlarm
        ? ['It was not you? Sign in, choose another password, and sign other devices out under Account.']
        : []),
      'Which of these mails you get is set there, under Notifications.',
    ],
  })
}

const stamp = (time: Date): string => `${time.toISOString().slice(0, 16).replace('T', ' ')} UTC`

const texts: Readonly<Record<string, (details: Record<string, unknown>) => string>> = {
  'session.start': () => 'a sign-in from a device that was not seen before',
  'account.verify': () => 'the address was changed',
  'two-step.on': () => 'two-step sign-in was switched on',
  'two-step.codes': () => 'new recovery codes were made',
  'two-step.off': () => 'two-step sign-in was switched off',
  'key.create': () => 'an API key was made',
  'identity.link': () => 'a provider was linked, which signs in to the account',
  'identity.unlink': () => 'the link of a provider was taken off',
  'user.password-link': () => 'a link to set a new password by was made',
  'user.sign-in-link': () => 'a link that signs in was made',
  'export.ready': () => 'an export is ready to be downloaded',
  'export.failed': () => 'an export failed',
  'job.failed': ({ type }) => `a job failed (${String(type)})`,
  quota: ({ percent }) => `${String(percent)} % of what the account may keep are used`,
}

function sentenceOf({ action, details }: NoticeRow): string {
  const what = texts[action]?.(details) ?? changeOf(details)
  const by = details.byOther === true ? ' by an administrator or the operator' : ''
  const from = [programOf(details.userAgent), details.address].filter(
    (part) => typeof part === 'string' && part !== '',
  )
  return `${what}${by}${from.length > 0 && details.byOther !== true ? ` (${from.join(', ')})` : ''}.`
}

/** Of `account.change` and `user.change`. */
function changeOf({ fields, role, disabled, signedOut }: Record<string, unknown>): string {
  const changed = [
    ...(Array.isArray(fields) && fields.includes('password') ? ['the password was changed'] : []),
    ...(Array.isArray(fields) && fields.includes('email') ? ['the address was changed'] : []),
    ...(role === undefined ? [] : ['its role was changed']),
    ...(disabled === undefined ? [] : [isNow(disabled) ? 'it was deactivated' : 'it was activated']),
    ...(signedOut === true ? ['it was signed out everywhere'] : []),
  ]
  return changed.length > 0 ? changed.join(', ') : 'it was changed'
}

/** Of what was one thing and is another, as the audit says it: `{ from, to }`. */
const isNow = (change: unknown): boolean =>
  typeof change === 'object' && change !== null && 'to' in change && change.to === true

/** The first words of what a browser says of itself are of the last century. */
function programOf(agent: unknown): string {
  if (typeof agent !== 'string') return ''
  const name = /(Firefox|Edg|OPR|Chrome|Safari|curl|python-requests|okhttp)\//.exec(agent)?.[1] ?? ''
  const system = /(Windows|Android|iPhone|iPad|Mac OS X|Linux)/.exec(agent)?.[1] ?? ''
  return [name, system].filter((part) => part !== '').join(' on ')
}
