import type { Attempt, JobHandlers, JobOwner } from '../../jobs/index.ts'
import type { BulkDeps } from '../bulk/apply-change.ts'
import type { ExportDeps } from '../exports/deps.ts'
import { removeOfGone } from '../library/delete-image.ts'
import type { PurgeSomeDeps } from '../purges/purge-some.ts'
import { changeMany } from './bulk.ts'
import { exportImages } from './export.ts'
import { importImage } from './import.ts'
import { createJobOwner } from './job-owner.ts'
import { makeRenditions } from './make-renditions.ts'
import { purgeCaches } from './purge.ts'
import { createReadImage } from './read-images.ts'
import { createRecordPassing } from './record-passing.ts'
import { transformImage } from './transform.ts'
import { unpackArchive } from './unpack.ts'
import type { WorkDeps } from './work-plan.ts'

/** The jobs of this room. */
export interface Work {
  /** What does each kind of job; a worker runs it. */
  handlers: JobHandlers
  /** How images take part in what happens to their jobs. */
  owner: JobOwner
}

export function createWork(deps: WorkDeps & BulkDeps & ExportDeps & PurgeSomeDeps): Work {
  const transforming = {
    ...deps,
    readImage: createReadImage(deps.db),
    recordPassing: createRecordPassing(deps),
  }
  return {
    handlers: {
      renditions: (attempt) => clearingUp(deps, attempt, makeRenditions(deps, attempt)),
      transform: (attempt) => clearingUp(deps, attempt, transformImage(transforming, attempt)),
      import: (attempt) => importImage(deps, attempt),
      bulk: (attempt) => changeMany(deps, attempt),
      export: (attempt) => exportImages(deps, attempt),
      unpack: (attempt) => unpackArchive(deps, attempt),
      purge: (attempt) => purgeCaches(deps, attempt),
    },
    owner: createJobOwner(deps),
  }
}

/** An image may go while its job stores what it made; then nothing of it stays. Without this it stayed until the sweep of orphans. */
async function clearingUp(deps: WorkDeps, { job }: Attempt, done: Promise<void>): Promise<void> {
  try {
    await done
  } catch (error) {
    // What this fails with is the sweep's: the attempt has failed with something else.
    if (job.imageId !== null) await removeOfGone(deps, job.imageId).catch(() => {})
    throw error
  }
}
