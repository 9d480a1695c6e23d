import { Failure, type Notifications, type NotificationsChange, noticeTopicSchema } from '@rendition/contract'
import type { Queryable } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import type { AuthDeps } from '../deps.ts'
import type { Origin } from '../origin.ts'
import { recordAudit } from '../record-audit.ts'
import { mailedByDefault, readWishes, writeWishes } from '../store/notices.ts'
import { lockUser } from '../store/users.ts'

/** Which mails the caller gets. */
export type ShowNotifications = (principal: Principal) => Promise<Notifications>

export function createShowNotifications({ db }: Pick<AuthDeps, 'db'>, mails: boolean): ShowNotifications {
  return ({ userId }) => read(db, userId, mails)
}

/** Switches topics on and off; what waits of one that is switched off is dropped. */
export type ChangeNotifications = (
  principal: Principal,
  change: NotificationsChange,
  origin: Origin,
) => Promise<Notifications>

export function createChangeNotifications(
  { db, clock }: Pick<AuthDeps, 'db' | 'clock'>,
  mails: boolean,
): ChangeNotifications {
  return ({ userId }, change, origin) =>
    db.transaction(async (tx) => {
      if ((await lockUser(tx, userId)) === null) throw gone()
      const before = await read(tx, userId, mails)
      await writeWishes(tx, userId, change)
      const after = await read(tx, userId, mails)
      const details = { topics: { from: before.topics, to: after.topics } }
      const deed = { action: 'account.notify', actorId: userId, targetId: userId, details } as const
      await recordAudit(tx, clock.now(), deed, origin)
      return after
    })
}

async function read(db: Queryable, userId: string, mails: boolean): Promise<Notifications> {
  const found = await readWishes(db, userId)
  if (found === null) throw gone()
  const topics = { ...mailedByDefault }
  for (const topic of noticeTopicSchema.options) topics[topic] = found.wishes[topic] ?? topics[topic]
  return { mails, address: found.email, topics }
}

const gone = (): Failure => new Failure('token_invalid', 'This account is gone.')
