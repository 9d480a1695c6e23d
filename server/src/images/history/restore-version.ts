import { Failure } from '@rendition/contract'
import type { Principal } from '../../platform/http/principal.ts'
import { ownImageLocked } from '../library/access.ts'
import type { ChangeDeps } from '../library/change-image.ts'
import type { ImageRecord } from '../store/rows.ts'
import { readVersion } from '../store/versions.ts'
import { appendVersion } from './append-version.ts'

/** Appends a version that is version `n` again. */
export function restoreVersion(
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
    const made = { original, recipe, assets, width, height, placeholder }
    const state = status === 'complete' ? 'complete' : 'pending'
    return appendVersion(deps, tx, image, { ...made, cause: 'restore', status: state }, { doer: principal })
  })
}
