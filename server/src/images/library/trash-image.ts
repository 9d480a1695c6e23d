import type { Transaction } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import type { KeptResults } from '../results/kept-results.ts'
import { readImage } from '../store/images.ts'
import { type ResultName, takeResults } from '../store/results.ts'
import type { ImageRecord } from '../store/rows.ts'
import { setTrashed } from '../store/trash.ts'
import { ownImageAnywhere } from './access.ts'
import type { ChangeDeps } from './change-image.ts'
import { placeDeed } from './image-deed.ts'
import { type TellDeps, tellOf } from './tell.ts'

export interface TrashDeps extends ChangeDeps {
  results: KeptResults
}

/** Moves an image to the trash; one that is there already stays as long as it would. Results kept for their time are gone. */
export async function trashImage(
  deps: TrashDeps,
  principal: Principal,
  imageId: string,
): Promise<ImageRecord> {
  const moved = await deps.db.transaction(async (tx) => {
    const before = await ownImageAnywhere(tx, principal, imageId)
    if (before.trashedAt === null) await deps.deeds.record(tx, principal, placeDeed('image.trash', before))
    return moveToTrash(deps, tx, before)
  })
  await deps.results.drop(moved.results)
  return moved.image
}

/** The rows' part. The results that were taken go after the transaction. */
export async function moveToTrash(
  deps: TellDeps,
  tx: Transaction,
  before: ImageRecord,
): Promise<{ image: ImageRecord; results: readonly ResultName[] }> {
  if (before.trashedAt !== null) return { image: before, results: [] }
  await setTrashed(tx, before.id, true)
  const results = await takeResults(tx, before.id)
  const image = (await readImage(tx, before.id)) ?? before
  await tellOf(deps, tx, image, ['image.trashed'])
  return { image, results }
}

/** Takes an image out of the trash, as it was; one that is not there stays as it is. */
export async function restoreImage(
  deps: ChangeDeps,
  principal: Principal,
  imageId: string,
): Promise<ImageRecord> {
  return deps.db.transaction(async (tx) => {
    const before = await ownImageAnywhere(tx, principal, imageId)
    if (before.trashedAt !== null) await deps.deeds.record(tx, principal, placeDeed('image.restore', before))
    return takeOutOfTrash(deps, tx, before)
  })
}

export async function takeOutOfTrash(
  deps: TellDeps,
  tx: Transaction,
  before: ImageRecord,
): Promise<ImageRecord> {
  if (before.trashedAt === null) return before
  await setTrashed(tx, before.id, false)
  const image = (await readImage(tx, before.id)) ?? before
  await tellOf(deps, tx, image, ['image.restored'])
  return image
}
