import { type DuplicatePolicy, Failure } from '@rendition/contract'
import type { Queryable, Transaction } from '../../platform/database/port.ts'
import { imagePrefix } from '../../platform/storage/key.ts'
import { noteRemoval } from '../store/blobs.ts'
import { holdQuota } from '../store/locks.ts'
import type { ImageRecord } from '../store/rows.ts'
import { findSameBytes } from '../store/same-bytes.ts'

/** Throws `duplicate` where the policy refuses bytes that the account has already. */
export async function refuseKnown(
  db: Queryable,
  policy: DuplicatePolicy,
  ownerId: string,
  sha256: string,
): Promise<void> {
  if (policy !== 'refuse') return
  const known = await findSameBytes(db, ownerId, sha256)
  if (known !== null) throw duplicateOf(known)
}

/**
 * The image that has the bytes of image `id`-to-be already, where the policy links to it; what was stored is left to the sweep.
 * null where there is none, or it does not matter. Two uploads of the same bytes go one after the other. Throws `duplicate`.
 */
export async function linkToKnown(
  tx: Transaction,
  policy: DuplicatePolicy,
  ownerId: string,
  { id, sha256 }: { id: string; sha256: string },
): Promise<ImageRecord | null> {
  if (policy === 'keep') return null
  await holdQuota(tx, ownerId)
  const known = await findSameBytes(tx, ownerId, sha256)
  if (known === null) return null
  if (policy === 'refuse') throw duplicateOf(known)
  await noteRemoval(tx, imagePrefix(id))
  return known
}

/** `known` is null where it is none yet. */
export const duplicateOf = (known: Pick<ImageRecord, 'id'> | null): Failure =>
  new Failure(
    'duplicate',
    known === null ? 'These bytes come twice.' : `These bytes are there already, as the image ${known.id}.`,
  )
