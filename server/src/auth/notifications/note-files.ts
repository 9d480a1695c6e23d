import { uuidv7 } from 'uuidv7'
import type { Clock } from '../../platform/clock.ts'
import type { Queryable } from '../../platform/database/port.ts'
import { insertNotice } from '../store/notices.ts'
import { fileEvents, toldJobs } from '../told.ts'

/** Has owners told of events of another room that they may wait for, in the transaction that writes those. */
export function createNoteFiles(clock: Clock) {
  return async (
    tx: Queryable,
    events: readonly { type: string; ownerId: string; data: Readonly<Record<string, unknown>> }[],
  ): Promise<void> => {
    for (const { type, ownerId, data } of events) {
      const action = fileEvents.find((event) => event === type)
      if (action === undefined) continue
      if (action === 'job.failed' && !toldJobs.some((job) => job === data.type)) continue
      const details = type === 'job.failed' ? { type: data.type } : {}
      await insertNotice(tx, ownerId, {
        id: uuidv7(),
        topic: 'files',
        action,
        details,
        createdAt: clock.now(),
      })
    }
  }
}
