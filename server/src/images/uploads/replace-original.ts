import { uuidv7 } from 'uuidv7'
import type { Principal } from '../../platform/http/principal.ts'
import { storageKey } from '../../platform/storage/key.ts'
import { appendVersion } from '../history/append-version.ts'
import { ownImageLocked } from '../library/access.ts'
import type { ImageRecord } from '../store/rows.ts'
import { type CreateDeps, storeThenRecord } from './create-image.ts'
import { checkQuota } from './quota.ts'
import type { ReceivedFile } from './receive-file.ts'

/**
 * Makes a received file the image's next version; the draft is used up. The key is new and not made of the version's
 * number: of two replacements at once each must keep its own bytes.
 */
export function replaceOriginal(
  deps: CreateDeps,
  principal: Principal,
  imageId: string,
  file: ReceivedFile,
  webhookUrl: string | null,
): Promise<ImageRecord> {
  const key = storageKey('images', imageId, `original-${uuidv7()}`)
  return storeThenRecord(deps, file, key, async (tx, original) => {
    const image = await ownImageLocked(tx, principal, imageId)
    await checkQuota(tx, deps.quota, image.ownerId, original.size, 0)
    const { width, height } = original
    const made = { original, recipe: null, assets: [], width, height, placeholder: null }
    return appendVersion(
      deps,
      tx,
      image,
      { ...made, cause: 'replace', status: 'pending' },
      { doer: principal, webhookUrl },
    )
  })
}
