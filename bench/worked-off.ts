import { setTimeout as pause } from 'node:timers/promises'
import type { Queryable } from '../server/src/platform/database/port.ts'

/** Waits until no job is pending or in hand. */
export async function untilWorkedOff(db: Queryable): Promise<void> {
  for (;;) {
    const [row] = await db.query<{ left: number }>(
      `select count(*) as left from jobs where status in ('pending', 'processing')`,
    )
    if (row?.left === 0) return
    await pause(50)
  }
}
