import { Failure } from '@rendition/contract'
import { changesOf, type Doer } from '../../platform/audit.ts'
import type { Transaction } from '../../platform/database/port.ts'
import { renditionsJob } from '../job-inputs.ts'
import { type TellDeps, tellOf } from '../library/tell.ts'
import { recipeText } from '../renditions/recipe-text.ts'
import { moveTo, readImage } from '../store/images.ts'
import type { ImageRecord } from '../store/rows.ts'
import { insertVersion, type NewVersion, setVersionState } from '../store/versions.ts'

/**
 * Makes a new version the current one; what could be redone no longer can. A version that is not complete gets a job
 * for its presets. Hold the image's lock.
 */
export async function appendVersion(
  deps: TellDeps,
  tx: Transaction,
  image: ImageRecord,
  made: Omit<NewVersion, 'imageId' | 'version' | 'parent'>,
  { doer, webhookUrl = null, jobId }: { doer: Doer; webhookUrl?: string | null; jobId?: string },
): Promise<ImageRecord> {
  const version = image.lastVersion + 1
  const { id: imageId, ownerId } = image
  await insertVersion(tx, { ...made, imageId, version, parent: image.version })
  await moveTo(tx, imageId, { version, lastVersion: version, redo: [], size: made.original.size })
  if (made.status !== 'complete') {
    const job = { ...renditionsJob(ownerId, imageId, version), webhookUrl }
    const [enqueued] = await deps.book.enqueue(tx, [job])
    if (enqueued === undefined) throw new Failure('internal')
    await setVersionState(tx, imageId, version, { status: 'pending', jobId: enqueued.job.id })
  }
  const now = await readImage(tx, imageId)
  if (now === null) throw new Failure('internal')
  await tellOf(deps, tx, now, ['image.version.created'], webhookUrl)
  await deps.deeds.record(tx, doer, {
    action: 'image.version',
    targetId: imageId,
    ownerId,
    details: {
      cause: made.cause,
      version: { from: image.version, to: version },
      ...changesOf(image.current, now.current, ['width', 'height']),
      ...(jobId === undefined ? {} : { jobId }),
    },
    // An edit may have somebody's text drawn on the picture.
    words: { recipe: { from: recipeText(image.current.recipe), to: recipeText(made.recipe) } },
  })
  return now
}
