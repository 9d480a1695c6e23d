import { Failure } from '@rendition/contract'
import type { JobBook } from '../jobs/index.ts'
import type { Transaction } from '../platform/database/port.ts'
import type { Principal } from '../platform/http/principal.ts'
import { ownImageLocked } from './access.ts'
import { type ChangeDeps, tellUpdated } from './change-image.ts'
import type { ImageRecord } from './rows.ts'
import { insertVersion, lockImage, moveTo, type NewVersion, readVersion, setVersionState } from './store.ts'
import { type ViewContext, viewImage } from './view.ts'
import { renditionsJob } from './work-keys.ts'

/**
 * Goes back to the version the current one was made from. The image's row is locked, so two at once go back two
 * versions, or one of them is told `nothing_to_undo`.
 */
export function undo(deps: ChangeDeps, principal: Principal, imageId: string): Promise<ImageRecord> {
  return move(deps, principal, imageId, (image) => {
    const { parent } = image.current
    if (parent === null) throw new Failure('nothing_to_undo')
    return { version: parent, redo: [...image.redo, image.version] }
  })
}

/** Goes forward again to the version that undo left last. */
export function redo(deps: ChangeDeps, principal: Principal, imageId: string): Promise<ImageRecord> {
  return move(deps, principal, imageId, (image) => {
    const next = image.redo.at(-1)
    if (next === undefined) throw new Failure('nothing_to_redo')
    return { version: next, redo: image.redo.slice(0, -1) }
  })
}

/** Appends a version that is version `n` again. */
export function restore(
  deps: ChangeDeps,
  principal: Principal,
  imageId: string,
  n: number,
): Promise<ImageRecord> {
  return deps.db.transaction(async (tx) => {
    const image = await ownImageLocked(tx, principal, imageId)
    const source = await readVersion(tx, imageId, n)
    if (source === null) throw new Failure('not_found', 'There is no such version.')
    const { original, recipe, assets, width, height, placeholder, status } = source
    const ready = status === 'complete'
    return appendVersion(deps, tx, image, {
      cause: 'restore',
      original,
      recipe,
      assets,
      width,
      height,
      placeholder,
      status: ready ? 'complete' : 'pending',
    })
  })
}

async function move(
  deps: ChangeDeps,
  principal: Principal,
  imageId: string,
  choose: (image: ImageRecord) => { version: number; redo: number[] },
): Promise<ImageRecord> {
  return deps.db.transaction(async (tx) => {
    const image = await ownImageLocked(tx, principal, imageId)
    const { version, redo } = choose(image)
    const target = await readVersion(tx, imageId, version)
    if (target === null) throw new Failure('internal', undefined, { cause: `version ${version} is missing` })
    const { lastVersion } = image
    await moveTo(tx, imageId, { version, lastVersion, redo, size: target.original.size })
    const moved = await relock(tx, imageId)
    await tellUpdated(deps, tx, moved)
    return moved
  })
}

/**
 * Makes a new version the current one; what could be redone no longer can. A version that is not complete gets a job
 * for its presets. Hold the image's lock.
 */
export async function appendVersion(
  { book, view }: { book: JobBook; view: ViewContext },
  tx: Transaction,
  image: ImageRecord,
  made: Omit<NewVersion, 'imageId' | 'version' | 'parent'>,
  webhookUrl: string | null = null,
): Promise<ImageRecord> {
  const version = image.lastVersion + 1
  const { id: imageId, ownerId } = image
  await insertVersion(tx, { ...made, imageId, version, parent: image.version })
  await moveTo(tx, imageId, { version, lastVersion: version, redo: [], size: made.original.size })
  if (made.status !== 'complete') {
    const job = { ...renditionsJob(ownerId, imageId, version), webhookUrl }
    const [enqueued] = await book.enqueue(tx, [job])
    if (enqueued === undefined) throw new Failure('internal')
    await setVersionState(tx, imageId, version, { status: 'pending', jobId: enqueued.job.id })
  }
  const now = await relock(tx, imageId)
  const data = { ...(await viewImage(view, tx, now)) }
  await book.emit(tx, [{ type: 'image.version.created', ownerId, imageId, data, webhookUrl }])
  return now
}

async function relock(tx: Transaction, imageId: string): Promise<ImageRecord> {
  const image = await lockImage(tx, imageId)
  if (image === null) throw new Failure('internal')
  return image
}
