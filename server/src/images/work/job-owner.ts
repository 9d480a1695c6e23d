import type { JobOwner, JobRecord } from '../../jobs/index.ts'
import type { Transaction } from '../../platform/database/port.ts'
import type { ExportDeps } from '../exports/deps.ts'
import { revived, settled } from '../exports/end-export.ts'
import {
  exportInputSchema,
  purgeInputSchema,
  renditionsInputSchema,
  unpackInputSchema,
} from '../job-inputs.ts'
import { type TellDeps, tellOf } from '../library/tell.ts'
import { holdImage, lockImage } from '../store/locks.ts'
import { settlePurge } from '../store/purges.ts'
import type { VersionRecord } from '../store/rows.ts'
import { endUnpacking } from '../store/unpacked.ts'
import { beginVersion, readVersion, setVersionState } from '../store/versions.ts'
import { type PlanJobsDeps, planJobs } from './plan-jobs.ts'

/** How images take part in the life of their jobs. */
export function createJobOwner(deps: TellDeps & PlanJobsDeps & Pick<ExportDeps, 'exporting'>): JobOwner {
  return {
    plan: (tx, principal, request) => planJobs(deps, tx, principal, request),
    hold: holdImage,
    async begun(tx, job) {
      if (job.type !== 'renditions' || job.imageId === null) return
      await beginVersion(tx, job.imageId, renditionsInputSchema.parse(job.input).version)
    },
    // A version whose renditions job ended without them has failed, unless it had them before.
    async ended(tx, job) {
      if (job.type === 'export') {
        const { exportId } = exportInputSchema.parse(job.input)
        return settled(deps, tx, exportId, { status: 'failed', ...endOf(job) })
      }
      if (job.type === 'unpack') {
        const { uploadId } = unpackInputSchema.parse(job.input)
        return endUnpacking(tx, uploadId, job.status === 'cancelled' ? 'cancelled' : 'failed')
      }
      if (job.type === 'purge') {
        const { purgeId } = purgeInputSchema.parse(job.input)
        return settlePurge(tx, purgeId, job.status === 'cancelled' ? 'cancelled' : 'failed')
      }
      const version = await versionOfJob(tx, job)
      if (version === null || version.status === 'complete') return
      await setVersionState(tx, version.imageId, version.version, { status: 'failed', error: endOf(job) })
      const image = await lockImage(tx, version.imageId)
      if (image !== null) await tellOf(deps, tx, image, ['image.failed'], job.webhookUrl)
    },
    async revived(tx, job) {
      if (job.type === 'export') return revived(tx, exportInputSchema.parse(job.input).exportId)
      if (job.type === 'purge') return settlePurge(tx, purgeInputSchema.parse(job.input).purgeId, 'running')
      const version = await versionOfJob(tx, job)
      if (version === null || version.status === 'complete') return
      await setVersionState(tx, version.imageId, version.version, { status: 'pending', jobId: job.id })
      const image = await lockImage(tx, version.imageId)
      if (image !== null) await tellOf(deps, tx, image, ['image.updated'])
    },
  }
}

/** Why there are no renditions, as the image says it. */
const endOf = ({ status, errorCode, errorMessage }: JobRecord): { code: string; message: string } =>
  status === 'cancelled'
    ? { code: 'cancelled', message: 'The job was cancelled.' }
    : { code: errorCode ?? 'internal', message: errorMessage ?? 'Something went wrong on our side.' }

/** The version a renditions job works on; null for other jobs and when it is gone. */
async function versionOfJob(tx: Transaction, job: JobRecord): Promise<VersionRecord | null> {
  if (job.type !== 'renditions' || job.imageId === null) return null
  const { version } = renditionsInputSchema.parse(job.input)
  return readVersion(tx, job.imageId, version)
}
