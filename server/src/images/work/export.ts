import type { Attempt } from '../../jobs/index.ts'
import type { ExportDeps } from '../exports/deps.ts'
import { settled } from '../exports/end-export.ts'
import { prepareExport } from '../exports/prepare-export.ts'
import { exportInputSchema } from '../job-inputs.ts'
import { completeJob, nothingMade } from './job-results.ts'

/** Prepares an archive. A further attempt goes on where the one before it came to. */
export async function exportImages(deps: ExportDeps, { job, signal, progress }: Attempt): Promise<void> {
  const { exportId } = exportInputSchema.parse(job.input)
  const end = await prepareExport(deps, exportId, signal, progress)
  try {
    await deps.db.transaction(async (tx) => {
      await completeJob(deps.book, tx, job, nothingMade)
      await end.write(tx)
      await settled(deps, tx, exportId, { status: 'ready' })
    })
  } catch (error) {
    await end.undo()
    throw error
  }
}
