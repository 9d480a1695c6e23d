import { uuidv7 } from 'uuidv7'
import type { Queryable, Transaction } from '../../platform/database/port.ts'
import type { NewEvent } from '../types.ts'

/** NOTIFY channel that wakes the relay: an event was written, or a job became ready to be dispatched. */
export const wakeChannel = 'rendition_relay'

/**
 * Writes events into the outbox of this transaction: they are told if and only if it commits.
 * The relay is woken by the commit. For order within an image, hold the row lock of the image, or of the job the events are about.
 */
export async function emit(tx: Transaction, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return
  const rows = events.map((event, n) => ({
    n,
    id: uuidv7(),
    type: event.type,
    owner_id: event.ownerId,
    image_id: event.imageId,
    data: event.data,
    webhook_url: event.webhookUrl ?? null,
  }))
  await tx.query(
    `with told as (
       insert into outbox (id, type, owner_id, image_id, data, webhook_url)
       select id, type, owner_id, image_id, data, webhook_url
       from jsonb_to_recordset($1::jsonb)
         as e(n int, id uuid, type text, owner_id uuid, image_id uuid, data jsonb, webhook_url text)
       order by n
     )
     select pg_notify('${wakeChannel}', '')`,
    [JSON.stringify(rows)],
    'outbox.emit',
  )
}

/** Wakes the relay, of a transaction when it commits. */
export async function wakeRelay(db: Queryable): Promise<void> {
  await db.query(`select pg_notify('${wakeChannel}', '')`)
}

/** What `appendEvents` moved. */
export interface Appended {
  /** The newest position; null when nothing was moved. */
  position: number | null
  /** Images that the events speak of, each once. */
  imageIds: string[]
  more: boolean
}

const eventsAtOnce = 500

/** Moves outbox rows into the log, giving out positions. Only the holder of the relay's lock may do this. */
export async function appendEvents(tx: Transaction): Promise<Appended> {
  const rows = await tx.query<{ position: number; image_id: string | null }>(
    `with moved as (
       delete from outbox where seq in (select seq from outbox order by seq limit $1) returning *
     ), head as (
       update relay_state set value = value + (select count(*) from moved)
       where name = 'position' and exists (select 1 from moved)
       returning value - (select count(*) from moved) as before
     )
     insert into events (position, id, type, owner_id, image_id, data, webhook_url, created_at)
     select head.before::bigint + row_number() over (order by seq), id, type, owner_id, image_id, data, webhook_url,
       created_at
     from moved, head
     returning position, image_id`,
    [eventsAtOnce],
    'relay.append',
  )
  return {
    position: rows.length === 0 ? null : Math.max(...rows.map(({ position }) => position)),
    imageIds: [...new Set(rows.flatMap(({ image_id }) => (image_id === null ? [] : [image_id])))],
    more: rows.length === eventsAtOnce,
  }
}
