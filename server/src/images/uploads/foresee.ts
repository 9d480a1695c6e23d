import type { DuplicatePolicy } from '@rendition/contract'
import type { Queryable } from '../../platform/database/port.ts'
import { findSameBytes } from '../store/same-bytes.ts'
import { checkRoom, type Quota } from './quota.ts'
import type { ReceivedFile } from './receive-file.ts'
import { duplicateOf } from './same-bytes.ts'

/** What uploads would become, one after the other, where none of them is made. */
export interface Foresight {
  /**
   * As though those that were judged before were images. Throws `duplicate` and `quota_exceeded` as the upload would; `linked`
   * where it would become no image of its own.
   */
  judge(
    ownerId: string,
    file: Pick<ReceivedFile, 'size' | 'sha256'>,
    duplicates: DuplicatePolicy | undefined,
  ): Promise<'made' | 'linked'>
}

interface Made {
  hashes: Set<string>
  bytes: number
  images: number
}

export function createForesight(deps: {
  db: Queryable
  quota: Quota
  uploadDuplicates: DuplicatePolicy
}): Foresight {
  const { db, quota, uploadDuplicates } = deps
  const madeOf = new Map<string, Made>()
  let last: Promise<unknown> = Promise.resolve()

  const judge: Foresight['judge'] = async (ownerId, { size, sha256 }, duplicates = uploadDuplicates) => {
    const made = madeOf.get(ownerId) ?? { hashes: new Set(), bytes: 0, images: 0 }
    madeOf.set(ownerId, made)
    if (duplicates !== 'keep') {
      const known = await findSameBytes(db, ownerId, sha256)
      if (known !== null || made.hashes.has(sha256)) {
        if (duplicates === 'refuse') throw duplicateOf(known)
        return 'linked'
      }
    }
    await checkRoom(db, quota, ownerId, { bytes: made.bytes + size, images: made.images + 1 })
    made.hashes.add(sha256)
    made.bytes += size
    made.images += 1
    return 'made'
  }

  return {
    // One by one: what another one takes of the quota counts.
    judge(...asked) {
      const judged = last.then(() => judge(...asked))
      last = judged.catch(() => {})
      return judged
    },
  }
}
