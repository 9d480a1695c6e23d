import type { AuditAction, NoticeTopic } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import type { Queryable } from '../platform/database/port.ts'
import { networkOf } from '../platform/http/network.ts'
import type { Deed } from './deed.ts'
import type { Origin } from './origin.ts'
import { devicesOf, insertNotice, isMailSent } from './store/notices.ts'
import { securityDeeds, type Told } from './told.ts'

/** Has the owner of an account told of what was done to it, as far as somebody sends mail and the owner wishes it. */
export async function noteDeed(
  db: Queryable,
  at: Date,
  deed: Deed,
  { address, userAgent }: { [K in keyof Origin]: Origin[K] | null },
): Promise<void> {
  if (deed.outcome === 'failure') return
  const { action, actorId, targetId = null, details = {} } = deed
  const write = (action: Told, userId: string, topic: NoticeTopic): Promise<void> =>
    insertNotice(db, userId, {
      id: uuidv7(),
      topic,
      action,
      details: {
        ...details,
        byOther: actorId !== userId,
        address,
        userAgent: userAgent?.slice(0, 300) ?? null,
      },
      createdAt: at,
    })
  if (action === 'session.start') {
    if (actorId === null || targetId === null || !(await isMailSent(db))) return
    if (!(await isNewDevice(db, actorId, targetId, { address, userAgent }))) return
    return write(action, actorId, 'signIns')
  }
  if (!concernsSecurity(action)) return
  const userId = securityDeeds[action] === 'actor' ? actorId : targetId
  if (userId === null || !isTold(deed)) return
  await write(action, userId, 'security')
}

const concernsSecurity = (action: AuditAction): action is keyof typeof securityDeeds =>
  Object.hasOwn(securityDeeds, action)

/** A change of a user name or a language is nobody's alarm, and verifying the first address neither. */
function isTold({ action, details = {} }: Deed): boolean {
  if (action !== 'account.change' && action !== 'account.verify') return true
  const fields: unknown = details.fields
  return Array.isArray(fields) && fields.some((field) => field === 'password' || field === 'email')
}

/** By the program and the network: a session that is remembered came from both. */
async function isNewDevice(
  db: Queryable,
  userId: string,
  sessionId: string,
  { address, userAgent }: { address: string | null; userAgent: string | null },
): Promise<boolean> {
  const known = await devicesOf(db, userId, sessionId)
  const network = address === null ? null : networkOf(address)
  return !known.some(
    (device) =>
      device.userAgent === (userAgent?.slice(0, 300) ?? null) &&
      (device.address === null ? null : networkOf(device.address)) === network,
  )
}
