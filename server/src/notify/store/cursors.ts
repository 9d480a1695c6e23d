import type { EventLog, LoggedEvent } from '../../jobs/index.ts'
import type { Database, Transaction } from '../../platform/database/port.ts'

/** Who reads the event log, and the table that holds how far. */
const tables = { webhooks: 'webhook_cursor', purges: 'cache_purge_cursor' } as const
type Reader = keyof typeof tables

/**
 * Reads on in the event log: `take` gets what this reader has not had, in one transaction with how far it has come then,
 * so that each event is taken exactly once, whatever dies. Called for nothing new as well. Gives what `take` gives, null
 * when another process is at it. A new installation starts at the end of the log.
 */
export async function readOn<T>(
  { db, events }: { db: Database; events: EventLog },
  reader: Reader,
  limit: number,
  take: (tx: Transaction, news: readonly LoggedEvent[]) => Promise<T>,
): Promise<T | null> {
  const head = await events.head()
  return db.transaction(async (tx) => {
    await tx.query(`insert into ${tables[reader]} (position) values ($1) on conflict do nothing`, [head])
    const [cursor] = await tx.query<{ position: number }>(
      `select position from ${tables[reader]} for update skip locked`,
    )
    if (cursor === undefined) return null
    const news = await events.after(cursor.position, { limit })
    const taken = await take(tx, news)
    const last = news.at(-1)
    if (last !== undefined) {
      await tx.query(`update ${tables[reader]} set position = $1`, [last.position])
    }
    return taken
  })
}
