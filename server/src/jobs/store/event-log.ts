import { type EventType, isId } from '@rendition/contract'
import type { Queryable, Transaction } from '../../platform/database/port.ts'
import type { EventLog } from '../types.ts'
import { type EventRow, eventOf } from './rows.ts'

const columns = 'position, id, type, owner_id, image_id, data, webhook_url, created_at'

/** The log of events, read. */
export function createEventLog(db: Queryable): EventLog {
  return {
    async after(position, { ownerId, limit }) {
      const rows =
        ownerId === undefined
          ? await db.query<EventRow>(
              `select ${columns} from events where position > $1 order by position limit $2`,
              [position, limit],
            )
          : await db.query<EventRow>(
              `select ${columns} from events where owner_id = $3 and position > $1 order by position limit $2`,
              [position, limit, ownerId],
            )
      return rows.map(eventOf)
    },
    async positionOf(eventId) {
      if (!isId(eventId.toLowerCase())) return null
      const [row] = await db.query<{ position: number }>('select position from events where id = $1', [
        eventId,
      ])
      return row?.position ?? null
    },
    async head() {
      const [row] = await db.query<{ value: number }>("select value from relay_state where name = 'position'")
      return row?.value ?? 0
    },
  }
}

/**
 * Forgets what happened to an account that is erased: names, texts and addresses stand in it. The outbox first: what the
 * relay is moving out of it meanwhile is then found in the log. The last words of the account's own end go with it.
 * Gives the images of those events that were `wanted`: of these types, and not in the log up to the position `after`.
 */
export async function deleteEventsOf(
  tx: Transaction,
  ownerId: string,
  wanted: { types: readonly EventType[]; after: number },
): Promise<string[]> {
  const unlogged = await tx.query<{ id: string }>(
    `with gone as (delete from outbox where owner_id = $1 returning type, image_id)
     select distinct image_id as id from gone where type = any($2::text[]) and image_id is not null`,
    [ownerId, wanted.types],
  )
  const logged = await tx.query<{ id: string }>(
    `with gone as (delete from events where owner_id = $1 returning type, image_id, position)
     select distinct image_id as id from gone
     where type = any($2::text[]) and image_id is not null and position > $3`,
    [ownerId, wanted.types, wanted.after],
  )
  return [...new Set([...unlogged, ...logged].map(({ id }) => id))]
}

/** Removes some of the old ones. */
export async function pruneEvents(db: Queryable, olderThanDays: number): Promise<void> {
  await db.query(
    `delete from events where position in (
       select position from events where created_at < now() - $1 * interval '1 day' limit 5000)`,
    [olderThanDays],
  )
}
