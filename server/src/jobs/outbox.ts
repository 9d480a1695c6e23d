import { uuidv7 } from 'uuidv7'
import type { Transaction } from '../platform/database/port.ts'
import type { NewEvent } from './types.ts'

/** NOTIFY channel that wakes the relay: an event was written, or a job became ready to be dispatched. */
export const wakeChannel = 'rendition_relay'

/**
 * Writes events into the outbox of this transaction: they are told if and only if it commits.
 * For order within an image, hold the row lock of the image, or of the job the events are about.
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
    `insert into outbox (id, type, owner_id, image_id, data, webhook_url)
     select id, type, owner_id, image_id, data, webhook_url
     from jsonb_to_recordset($1::jsonb)
       as e(n int, id uuid, type text, owner_id uuid, image_id uuid, data jsonb, webhook_url text)
     order by n`,
    [JSON.stringify(rows)],
  )
  await wakeRelay(tx)
}

/** Wakes the relay when this transaction commits. */
export async function wakeRelay(tx: Transaction): Promise<void> {
  await tx.query(`select pg_notify('${wakeChannel}', '')`)
}
