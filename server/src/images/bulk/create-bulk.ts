import { type BulkRequest, Failure } from '@rendition/contract'
import type { z } from 'zod'
import type { JobRecord } from '../../jobs/index.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { ownAlbum } from '../albums/own-album.ts'
import type { bulkInputSchema } from '../job-inputs.ts'
import { applyChange, atOnce, type BulkDeps, type NoteBulk, type Outcome } from './apply-change.ts'
import { bulkDeed } from './bulk-deed.ts'

/** Images that are changed while the caller waits; more are a job. */
const inlineLimit = 100

/** One change to many images of the caller's own. */
export interface Bulk {
  change(principal: Principal, request: BulkRequest): Promise<Outcome & { job: JobRecord | null }>
}

export function createBulk(deps: BulkDeps): Bulk {
  return {
    async change(principal, { imageIds, query, change, keeping }) {
      for (const albumId of [change.addToAlbum, change.removeFromAlbum, query?.album]) {
        if (albumId !== undefined) await refuseStrange(deps, principal, albumId)
      }
      // Before the first of them goes: they are changed some at a time.
      if (keeping !== undefined && imageIds?.includes(keeping) === true)
        throw new Failure('conflict', 'The image to keep is among those that are to go.')
      if (imageIds !== undefined && imageIds.length <= inlineLimit) {
        return { ...(await changeAll(deps, principal, imageIds, change, keeping)), job: null }
      }
      const input: z.input<typeof bulkInputSchema> = {
        imageIds: imageIds ?? null,
        query: query ?? null,
        change,
      }
      const enqueued = await deps.db.transaction(async (tx) => {
        const [asked] = await deps.book.enqueue(tx, [
          {
            ownerId: principal.userId,
            type: 'bulk',
            imageId: null,
            priority: 'interactive',
            input,
            // Never joined: between two equal changes another one may have come, and a query means what there is by then.
            workKey: null,
          },
        ])
        if (asked === undefined) throw new Failure('internal')
        await deps.deeds.record(
          tx,
          principal,
          bulkDeed({ imageIds, query, change }, asked.job.id, { changed: 0 }),
        )
        return asked
      })
      return { changed: 0, refused: [], job: enqueued.job }
    },
  }
}

async function refuseStrange(deps: BulkDeps, principal: Principal, albumId: string): Promise<void> {
  const album = await ownAlbum(deps.db, principal, albumId)
  if (album.ownerId !== principal.userId) throw new Failure('not_found', 'There is no such album.')
}

async function changeAll(
  deps: BulkDeps,
  principal: Principal,
  imageIds: readonly string[],
  change: BulkRequest['change'],
  keeping: string | undefined,
): Promise<Outcome> {
  const whole: Outcome = { changed: 0, refused: [] }
  // Of the first transaction that changed anything; those after it add to it.
  let entry: string | null = null
  for (let at = 0; at < imageIds.length; at += atOnce) {
    let written: string | null = null
    const note: NoteBulk = async (tx, outcome) => {
      if (entry !== null) return deps.deeds.addTo(tx, entry, outcome)
      written = await deps.deeds.record(
        tx,
        principal,
        bulkDeed({ imageIds: [...imageIds], change }, null, outcome),
      )
    }
    const some = await applyChange(deps, principal, imageIds.slice(at, at + atOnce), change, {
      keeping,
      note,
    })
    entry ??= written
    whole.changed += some.changed
    whole.refused.push(...some.refused)
  }
  return whole
}
