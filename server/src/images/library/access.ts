import { Failure } from '@rendition/contract'
import type { Queryable, Transaction } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { readImage } from '../store/images.ts'
import { lockImage } from '../store/locks.ts'
import type { ImageRecord } from '../store/rows.ts'

export const noSuchImage = (): Failure => new Failure('not_found', 'There is no such image.')

/** Owners see their images, admins every one. */
export function mayUse(principal: Pick<Principal, 'userId' | 'role'>, image: { ownerId: string }): boolean {
  return image.ownerId === principal.userId || principal.role === 'admin'
}

/** The image when the caller may use it; else `not_found`, as for a missing one. */
export async function ownImage(db: Queryable, principal: Principal, imageId: string): Promise<ImageRecord> {
  return allowed(principal, await readImage(db, imageId))
}

/** The same, locked for the rest of the transaction. Throws `conflict` for one in the trash. */
export async function ownImageLocked(
  tx: Transaction,
  principal: Principal,
  imageId: string,
): Promise<ImageRecord> {
  const image = await ownImageAnywhere(tx, principal, imageId)
  if (image.trashedAt !== null) throw inTheTrash()
  return image
}

/** The same of one that may be in the trash: what is there is looked at, restored and deleted, and nothing else. */
export async function ownImageAnywhere(
  tx: Transaction,
  principal: Principal,
  imageId: string,
): Promise<ImageRecord> {
  return allowed(principal, await lockImage(tx, imageId))
}

export const inTheTrash = (): Failure =>
  new Failure('conflict', 'The image is in the trash. Restore it first.')

function allowed(principal: Principal, image: ImageRecord | null): ImageRecord {
  if (image === null || !mayUse(principal, image)) throw noSuchImage()
  return image
}
