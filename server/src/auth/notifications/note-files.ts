import { uuidv7 } from 'uuidv7'
import type { Clock } from '../../platform/clock.ts'
import type { Queryable } from '../../platform/database/port.ts'
import { insertNotice } from '../store/notices.ts'

/** What is told of files, by the event that says so: of jobs those alone that somebody asked for and left. */
const fileEvents: ReadonlySet<string> = new Set(['export.ready', 'export.failed', 'job.failed'])
const toldJobs: ReadonlySet<unknown> = new Set(['import', 'unpack'])

/** Has owners told of events of another room that they may wait for, in the transaction that writes those. */
export function createNoteFiles(clock: Clock) {
  return async (
    tx: Queryable,
    events: readonly { type: string; ownerId: string; data: Readonly<Record<string, unknown>> }[],
  ): Promise<void> => {
    for (const { type, ownerId, data } of events) {
      if (!fileEvents.has(type) || (type === 'job.failed' && !toldJobs.has(data.type))) continue
      const details = type === 'job.failed' ? { type: data.type } : {}
      await insertNotice(tx, ownerId, {
        id: uuidv7(),
        topic: 'files',
        action: type,
        details,
        createdAt: clock.now(),
      })
    }
  }
}
