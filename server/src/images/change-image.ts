import type { ImageChange } from '@rendition/contract'
import { inputsOf } from '@rendition/contract/recipe'
import type { JobBook } from '../jobs/index.ts'
import type { Database, Transaction } from '../platform/database/port.ts'
import type { Principal } from '../platform/http/principal.ts'
import { ownImageLocked } from './access.ts'
import type { ImageRecord } from './rows.ts'
import { lockImage, setVersionState } from './store.ts'
import { type ViewContext, viewImage } from './view.ts'
import { renditionsJob } from './work-keys.ts'

export interface ChangeDeps {
  db: Database
  book: JobBook
  view: ViewContext
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
    const focal = change.focalPoint === undefined ? before.focalPoint : change.focalPoint
    await tx.query(
      `update images set original_name = $2, tags = $3, visibility = $4, focal_x = $5, focal_y = $6, alt_text = $7,
         updated_at = now() where id = $1`,
      [
        imageId,
        change.originalName ?? before.originalName,
        change.tags === undefined ? before.tags : [...new Set(change.tags)],
        change.visibility ?? before.visibility,
        focal?.x ?? null,
        focal?.y ?? null,
        change.altText === undefined ? before.altText : change.altText,
      ],
    )
    const moved = focal?.x !== before.focalPoint?.x || focal?.y !== before.focalPoint?.y
    if (moved) await renderFocalPresets(deps, tx, before)
    const image = (await lockImage(tx, imageId)) ?? before
    await tellUpdated(deps, tx, image)
    return image
  })
}

/** Makes the presets again whose crop follows the focal point. */
async function renderFocalPresets(deps: ChangeDeps, tx: Transaction, image: ImageRecord): Promise<void> {
  const names = [...deps.view.presets.values()]
    .filter(({ recipe }) => inputsOf(recipe).focalPoint)
    .map(({ name }) => name)
  if (names.length === 0) return
  const [enqueued] = await deps.book.enqueue(tx, [
    { ...renditionsJob(image.ownerId, image.id, image.version, names), workKey: null },
  ])
  if (enqueued === undefined) return
  await setVersionState(tx, image.id, image.version, { status: 'pending', jobId: enqueued.job.id })
}

/** `image.updated`, with the Image as it now is. */
export async function tellUpdated(
  { book, view }: Pick<ChangeDeps, 'book' | 'view'>,
  tx: Transaction,
  image: ImageRecord,
): Promise<void> {
  const data = { ...(await viewImage(view, tx, image)) }
  await book.emit(tx, [{ type: 'image.updated', ownerId: image.ownerId, imageId: image.id, data }])
}
