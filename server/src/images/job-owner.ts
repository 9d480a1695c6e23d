import type { JobBook, JobOwner, JobRecord } from '../jobs/index.ts'
import type { Transaction } from '../platform/database/port.ts'
import { tellUpdated } from './change-image.ts'
import { type PlanDeps, planWork } from './plan-work.ts'
import type { VersionRecord } from './rows.ts'
import { lockImage, readVersion, setVersionState } from './store.ts'
import { type ViewContext, viewImage } from './view.ts'
import { renditionsInputSchema } from './work-keys.ts'

/** How images take part in the life of their jobs. */
export function createJobOwner(deps: { book: JobBook; view: ViewContext } & PlanDeps): JobOwner {
  return {
    plan: (tx, principal, request) => planWork(deps, tx, principal, request),
    async hold(tx, imageId) {
      const rows = await tx.query('select 1 as held from images where id = $1 for update', [imageId])
      return rows.length > 0
    },
    ended: (tx, job) => endRenditions(deps, tx, job),
    async revived(tx, job) {
      const version = await versionOfJob(tx, job)
      if (version === null || version.status === 'complete') return
      await setVersionState(tx, version.imageId, version.version, { status: 'pending', jobId: job.id })
      const image = await lockImage(tx, version.imageId)
      if (image !== null) await tellUpdated(deps, tx, image)
    },
  }
}

/** A version whose renditions job ended without them has failed, unless it had them before. */
export async function endRenditions(
  { book, view }: { book: JobBook; view: ViewContext },
  tx: Transaction,
  job: JobRecord,
): Promise<void> {
  const version = await versionOfJob(tx, job)
  if (version === null || version.status === 'complete') return
  const error =
    job.status === 'cancelled'
      ? { code: 'cancelled', message: 'The job was cancelled.' }
      : {
          code: job.errorCode ?? 'internal',
          message: job.errorMessage ?? 'Something went wrong on our side.',
        }
  await setVersionState(tx, version.imageId, version.version, { status: 'failed', error })
  const image = await lockImage(tx, version.imageId)
  if (image === null) return
  const data = { ...(await viewImage(view, tx, image)) }
  const { ownerId, webhookUrl } = job
  await book.emit(tx, [{ type: 'image.failed', ownerId, imageId: image.id, data, webhookUrl }])
}

/** The version a renditions job works on; null for other jobs and when it is gone. */
async function versionOfJob(tx: Transaction, job: JobRecord): Promise<VersionRecord | null> {
  if (job.type !== 'renditions' || job.imageId === null) return null
  const { version } = renditionsInputSchema.parse(job.input)
  return readVersion(tx, job.imageId, version)
}
