import { Failure } from '@rendition/contract'
import type { Queryable, Transaction } from '../../platform/database/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { readImage } from '../store/images.ts'
import { lockImage } from '../store/locks.ts'
import type { ImageRecord } from '../store/rows.ts'

export const noSuchImage = (): Failure => new Failure('not_found', 'There is no such image.')

/** Owners see their images, admins every one. */
export function mayUse(principal: Principal, image: { ownerId: string }): boolean {
  return image.ownerId === principal.userId || principal.role === 'admin'
}

/** The image when the caller may use it; else `not_found`, as for a missing one. */
export async function ownImage(db: Queryable, principal: Principal, imageId: string): Promise<ImageRecord> {
  return allowed(principal, await readImage(db, imageId))
}

/** The same, locked for the rest of the transaction. */
export async function ownImageLocked(
  tx: Transaction,
  principal: Principal,
  imageId: string,
): Promise<ImageRecord> {
  return allowed(principal, await lockImage(tx, imageId))
}

function allowed(principal: Principal, image: ImageRecord | null): ImageRecord {
  if (image === null || !mayUse(principal, image)) throw noSuchImage()
  return image
}
