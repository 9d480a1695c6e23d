import { Failure } from '@rendition/contract'
import type { Principal } from '../../platform/http/principal.ts'
import { ownImageLocked } from '../library/access.ts'
import type { ChangeDeps } from '../library/change-image.ts'
import { tellOf } from '../library/tell.ts'
import { moveTo, readImage } from '../store/images.ts'
import type { ImageRecord } from '../store/rows.ts'
import { readVersion } from '../store/versions.ts'

/**
 * Goes back to the version the current one was made from. The image's row is locked, so two at once go back two
 * versions, or one of them is told `nothing_to_undo`.
 */
export function undo(deps: ChangeDeps, principal: Principal, imageId: string): Promise<ImageRecord> {
  return move(deps, principal, imageId, 'undo', (image) => {
    const { parent } = image.current
    if (parent === null) throw new Failure('nothing_to_undo')
    return { version: parent, redo: [...image.redo, image.version] }
  })
}

/** Goes forward again to the version that undo left last. */
export function redo(deps: ChangeDeps, principal: Principal, imageId: string): Promise<ImageRecord> {
  return move(deps, principal, imageId, 'redo', (image) => {
    const next = image.redo.at(-1)
    if (next === undefined) throw new Failure('nothing_to_redo')
    return { version: next, redo: image.redo.slice(0, -1) }
  })
}

async function move(
  deps: ChangeDeps,
  principal: Principal,
  imageId: string,
  cause: 'undo' | 'redo',
  choose: (image: ImageRecord) => { version: number; redo: number[] },
): Promise<ImageRecord> {
  return deps.db.transaction(async (tx) => {
    const image = await ownImageLocked(tx, principal, imageId)
    const { version, redo } = choose(image)
    const target = await readVersion(tx, imageId, version)
    if (target === null) throw new Failure('internal', undefined, { cause: `version ${version} is missing` })
    const { lastVersion } = image
    await moveTo(tx, imageId, { version, lastVersion, redo, size: target.original.size })
    const moved = await readImage(tx, imageId)
    if (moved === null) throw new Failure('internal')
    await tellOf(deps, tx, moved, ['image.updated'])
    const details = { cause, version: { from: image.version, to: version } }
    const { ownerId } = image
    await deps.deeds.record(tx, principal, { action: 'image.version', targetId: imageId, ownerId, details })
    return moved
  })
}
