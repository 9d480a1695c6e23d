import type { Database } from '../platform/database/port.ts'
import { type EventRow, eventOf } from './rows.ts'
import type { EventLog } from './types.ts'

const columns = 'position, id, type, owner_id, image_id, data, webhook_url, created_at'

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** The log of events, read. */
export function createEventLog(db: Database): EventLog {
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
      if (!uuid.test(eventId)) return null
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
