import {
  type CachePurge,
  type CachePurgeRequest,
  Failure,
  type Page,
  type PageQuery,
} from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import type { z } from 'zod'
import type { JobBook } from '../../jobs/index.ts'
import type { Database, Deeds } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { cursorOf, pageOf } from '../../platform/page.ts'
import { type purgeInputSchema, workKeyOf } from '../job-inputs.ts'
import { readImage } from '../store/images.ts'
import {
  countRunningPurges,
  findPurgeOfJob,
  insertPurge,
  listPurges,
  type PurgeRecord,
} from '../store/purges.ts'
import type { PresetSet } from '../types.ts'

export interface PurgesDeps {
  db: Database
  book: JobBook
  deeds: Deeds
  /** Those in force. */
  presets: () => PresetSet
}

/** Purges of the whole installation, for administrators. */
export interface CachePurges {
  /** Asks for one; the same that is under way already is given as it is. Throws `not_found` for a preset or an image that is none. */
  request(principal: Principal, wanted: CachePurgeRequest): Promise<CachePurge>
  list(query: PageQuery): Promise<Page<CachePurge>>
}

/** Each goes through all images: more of them would only wait for one another. */
const mostAtOnce = 20

export function createCachePurges({ db, book, deeds, presets }: PurgesDeps): CachePurges {
  return {
    async request(principal, wanted) {
      const { what, presets: withPresets } = wanted
      const value = wanted.what === 'all' ? undefined : wanted.value
      if (what === 'preset' && value !== undefined && !presets().presets.has(value)) {
        throw new Failure('not_found', 'There is no such preset.')
      }
      if (what === 'image' && value !== undefined && (await readImage(db, value)) === null) {
        throw new Failure('not_found', 'There is no such image.')
      }
      const purge = await db.transaction(async (tx) => {
        const id = uuidv7()
        const input: z.input<typeof purgeInputSchema> = { purgeId: id }
        const [enqueued] = await book.enqueue(tx, [
          {
            ownerId: principal.userId,
            type: 'purge',
            imageId: null,
            // What goes through all images must not take every place of the workers: uploads would wait for it.
            priority: what === 'image' ? 'interactive' : 'bulk',
            input,
            workKey: workKeyOf('purge', what, value ?? null, withPresets),
          },
        ])
        if (enqueued === undefined) throw new Failure('internal')
        if (!enqueued.created) {
          const running = await findPurgeOfJob(tx, enqueued.job.id)
          if (running === null) throw new Failure('internal')
          return running
        }
        if ((await countRunningPurges(tx)) >= mostAtOnce) {
          throw new Failure('conflict', `${mostAtOnce} purges are under way: wait for one of them.`)
        }
        const made = await insertPurge(tx, {
          id,
          jobId: enqueued.job.id,
          actorId: principal.userId,
          what,
          value: value ?? null,
          presets: withPresets,
        })
        await deeds.record(tx, principal, {
          action: 'cache.purge',
          targetId: made.jobId,
          details: { what, ...(what === 'tag' ? {} : { value }), presets: withPresets },
          words: what === 'tag' ? { value } : {},
        })
        return made
      })
      return viewOf(purge)
    },
    async list(query) {
      const rows = await listPurges(db, cursorOf(query), query.limit + 1)
      return pageOf(rows, query.limit, viewOf)
    },
  }
}

function viewOf({ actorId, afterId, createdAt, finishedAt, ...purge }: PurgeRecord): CachePurge {
  return {
    ...purge,
    createdAt: createdAt.toISOString(),
    finishedAt: finishedAt?.toISOString() ?? null,
  }
}
