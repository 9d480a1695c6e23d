import type { EventType } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import type { Queryable, Transaction } from '../../platform/database/port.ts'
import type { NewEvent } from '../types.ts'

/** NOTIFY channel that wakes the relay: an event was written, or a job became ready to be dispatched. */
export const wakeChannel = 'rendition_relay'
/** What such a notification says where no job became ready, and none ended that others wait for. */
export const eventsAlone = 'events'

/** Of these a job is begun or goes on. Whatever else is said of jobs may be another's turn. */
const goesOn: readonly EventType[] = ['job.processing', 'job.progress']
const isOfJobs = ({ type }: NewEvent): boolean => type.startsWith('job.') && !goesOn.includes(type)

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
     select pg_notify('${wakeChannel}', $2)`,
    [JSON.stringify(rows), events.some(isOfJobs) ? '' : eventsAlone],
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
  const [moved] = await tx.query<{ position: number | null; events: number; images: string[] }>(
    `with moved as (
       delete from outbox where seq in (select seq from outbox order by seq limit $1) returning *
     ), head as (
       update relay_state set value = value + (select count(*) from moved)
       where name = 'position' and exists (select 1 from moved)
       returning value - (select count(*) from moved) as before
     ), appended as (
       insert into events (position, id, type, owner_id, image_id, data, webhook_url, created_at)
       select head.before::bigint + row_number() over (order by seq), id, type, owner_id, image_id, data, webhook_url,
         created_at
       from moved, head
       returning position, image_id
     )
     select max(position) as position, count(*)::int as events,
       coalesce(array_agg(distinct image_id) filter (where image_id is not null), '{}') as images
     from appended`,
    [eventsAtOnce],
    'relay.append',
  )
  return {
    position: moved?.position ?? null,
    imageIds: moved?.images ?? [],
    more: moved?.events === eventsAtOnce,
  }
}
