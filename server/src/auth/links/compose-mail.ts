import type { Language } from '@rendition/contract'
import type { AuthDeps } from '../deps.ts'
import { noticeMail } from '../mail/notice-texts.ts'
import type { Compose } from '../mail/post-office.ts'
import { inviteMail, resetMail, verifyMail } from '../mail/texts.ts'
import { changeLinkHash, findLink } from '../store/links.ts'
import { forgetNotices, readNotices } from '../store/notices.ts'
import { findUser, findUserByName, lockUser } from '../store/users.ts'
import { issueLink } from './issue-link.ts'
import { inviteDays, mintLinkToken, urlOf, verifyDays } from './link.ts'

/**
 * What a mail says. Its link is made here, so none stands anywhere but in the mail; null where nobody has the address
 * any more, or an invitation was taken back.
 */
export function createComposeMail(
  { db, clock, config }: Pick<AuthDeps, 'db' | 'clock' | 'config'>,
  publicUrl: string,
): Compose {
  const { host } = new URL(publicUrl)
  const languageOf = async (userId: string | null): Promise<Language> => {
    const user = userId === null ? null : await findUser(db, userId)
    return user?.language ?? config.defaultLanguage
  }
  return async (mail) => {
    const { kind, email, linkId } = mail
    if (kind === 'notice') {
      const { userId, topic } = mail
      if (userId === null || topic === null) return null
      const notices = await readNotices(db, { userId, topic, email })
      if (notices.length === 0) return null
      return {
        ...noticeMail(await languageOf(userId), notices, host, `${publicUrl}/console/account`),
        onEnd: (tx) => forgetNotices(tx, { userId, topic, email }, notices, clock.now()),
      }
    }
    if (kind === 'invite' || kind === 'verify') {
      const row = linkId === null ? null : await findLink(db, linkId)
      if (row === null || row.expiresAt <= clock.now()) return null
      const { token, hash } = mintLinkToken(row.id)
      if (!(await changeLinkHash(db, row.id, hash))) return null
      return kind === 'invite'
        ? inviteMail(
            row.language ?? config.defaultLanguage,
            urlOf(publicUrl, 'invite', token),
            host,
            inviteDays,
          )
        : verifyMail(await languageOf(row.userId), urlOf(publicUrl, 'verify', token), host, verifyDays)
    }
    const user = await findUserByName(db, { email })
    if (user === null || user.disabledAt !== null) return null
    const token = await db.transaction(async (tx) => {
      if ((await lockUser(tx, user.id)) === null) return null
      return (await issueLink(tx, user.id, 'reset', clock.now())).token
    })
    if (token === null) return null
    return resetMail(user.language ?? config.defaultLanguage, urlOf(publicUrl, 'reset', token), host)
  }
}
