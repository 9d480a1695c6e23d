import type { ImageChange } from '@rendition/contract'
import { inputsOf } from '@rendition/contract/recipe'
import type { Database, Transaction } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { renditionsJob } from '../job-inputs.ts'
import type { PresetBook } from '../renditions/preset-book.ts'
import { readImage, updateTold } from '../store/images.ts'
import type { ImageRecord } from '../store/rows.ts'
import { setVersionState } from '../store/versions.ts'
import { ownImageLocked } from './access.ts'
import { changeDeed } from './image-deed.ts'
import { type TellDeps, tellOf } from './tell.ts'

export interface ChangeDeps extends TellDeps {
  db: Database
  presets: PresetBook
}

/** Changes what is told of an image; never its pictures, except those that look at the focal point. */
export async function changeImage(
  deps: ChangeDeps,
  principal: Principal,
  imageId: string,
  change: ImageChange,
): Promise<ImageRecord> {
  return deps.db.transaction(async (tx) => {
    const before = await ownImageLocked(tx, principal, imageId)
    const focalPoint = change.focalPoint === undefined ? before.focalPoint : change.focalPoint
    const told = {
      originalName: change.originalName ?? before.originalName,
      tags: change.tags === undefined ? before.tags : [...new Set(change.tags)],
      visibility: change.visibility ?? before.visibility,
      focalPoint,
      altText: change.altText === undefined ? before.altText : change.altText,
      publicOriginal: change.publicOriginal ?? before.publicOriginal,
      favourite: change.favourite ?? before.favourite,
      rating: change.rating ?? before.rating,
      archived: change.archived ?? before.archived,
    }
    await updateTold(tx, imageId, told)
    const moved = focalPoint?.x !== before.focalPoint?.x || focalPoint?.y !== before.focalPoint?.y
    if (moved) await renderFocalPresets(deps, tx, before)
    // Read anew where more than what is told became another.
    const image = moved ? ((await readImage(tx, imageId)) ?? before) : { ...before, ...told }
    await tellOf(deps, tx, image, ['image.updated'])
    const deed = changeDeed(before, image)
    if (deed !== null) await deps.deeds.record(tx, principal, deed)
    return image
  })
}

/** Makes the presets again whose crop follows the focal point. */
async function renderFocalPresets(deps: ChangeDeps, tx: Transaction, image: ImageRecord): Promise<void> {
  const { inForce, coming } = deps.presets.now()
  const names = [inForce, coming]
    .flatMap((set) => [...(set?.presets.values() ?? [])])
    .filter(({ recipe }) => inputsOf(recipe).focalPoint)
    .map(({ name }) => name)
  if (names.length === 0) return
  const [enqueued] = await deps.book.enqueue(tx, [
    { ...renditionsJob(image.ownerId, image.id, image.version, names), workKey: null },
  ])
  if (enqueued === undefined) return
  await setVersionState(tx, image.id, image.version, { status: 'pending', jobId: enqueued.job.id })
}
