import { Failure, isFailure } from '@rendition/contract'
import { inputsOf, type Recipe } from '@rendition/contract/recipe'
import type { Queryable } from '../../platform/database/port.ts'
import type { LocalFile, Storage } from '../../platform/storage/port.ts'
import { readImages } from '../store/images.ts'
import { findKept, findRenditions } from '../store/renditions.ts'
import type { ImageRecord } from '../store/rows.ts'
import type { Asset, RenditionKeyOf, VersionFacts } from '../types.ts'
import { pictureDigest } from './rendition-key.ts'

/**
 * Bytes of a file that may be laid over another image: as many as an upload brings by default. What a version already
 * lays over is a part of it and has no limit: it was admitted when the version was made.
 */
export const laidOverLimit = 64 * 1024 ** 2

/**
 * What a recipe lays over a version of an image: the version's own copies first, then the owner's other images as
 * they look now. Throws `invalid_recipe` for one that is missing, another owner's, not rendered yet, or too large a file.
 */
export async function assetsOf(
  db: Queryable,
  version: Pick<VersionFacts, 'assets'>,
  ownerId: string,
  recipe: Recipe,
  keyOf: RenditionKeyOf,
): Promise<Asset[]> {
  const wanted = inputsOf(recipe).imageIds
  if (wanted.length === 0) return []
  const frozen = version.assets.filter(({ imageId }) => wanted.includes(imageId))
  const live = wanted.filter((id) => !frozen.some(({ imageId }) => imageId === id))
  const images = await readImages(db, live)
  const found = await Promise.all(
    live.map(async (id) => {
      const image = images.find(
        (each) => each.id === id && each.ownerId === ownerId && each.trashedAt === null,
      )
      const picture = image === undefined ? null : await pictureOf(db, image, keyOf)
      if (picture === null) throw refuse(`there is no image ${id} of yours to lay over`)
      const { size, ...asset } = picture
      if (size > laidOverLimit) throw refuse(`the image ${id} is too large a file to lay over`)
      return asset
    }),
  )
  return [...frozen, ...found]
}

/** The image's present picture: the original's bytes, or the stored picture of an edited version, of an earlier epoch if need be. */
async function pictureOf(
  db: Queryable,
  image: ImageRecord,
  keyOf: RenditionKeyOf,
): Promise<(Asset & { size: number }) | null> {
  const { original, recipe, assets } = image.current
  const digest = pictureDigest(original.sha256, recipe)
  if (recipe === null) return { imageId: image.id, digest, storageKey: original.key, size: original.size }
  const key = keyOf(image.current, recipe, image.focalPoint, assets)
  const [today] = await findRenditions(db, [image.id], [key])
  // What a version lays over is kept by its place: better the picture an earlier epoch made than one that may be evicted.
  const kept =
    today?.kind === 'preset'
      ? today
      : (await findKept(db, [image.current])).findLast(({ name }) => name === null)
  const rendition = kept ?? today
  if (rendition === undefined) return null
  return { imageId: image.id, digest, storageKey: rendition.storageKey, size: rendition.size }
}

/** Local files of what is laid over, by image id, for as long as a render needs them. */
export interface LaidOver extends AsyncDisposable {
  readonly files: Readonly<Record<string, { file: string }>>
}

/** Opens what a render lays over. Throws `invalid_recipe` for a file that is gone. */
export async function openLaidOver(
  storage: Storage,
  assets: readonly Asset[],
  signal: AbortSignal,
): Promise<LaidOver> {
  const opened: LocalFile[] = []
  const close = async (): Promise<void> => {
    for (const file of opened) await file[Symbol.asyncDispose]()
  }
  const files: Record<string, { file: string }> = {}
  try {
    for (const { imageId, storageKey } of assets) {
      const file = await storage.open(storageKey, { signal }).catch((error: unknown) => {
        throw isFailure(error, 'not_found') ? refuse(`the file of the image ${imageId} is gone`) : error
      })
      opened.push(file)
      files[imageId] = { file: file.path }
    }
    return { files, [Symbol.asyncDispose]: close }
  } catch (error) {
    await close()
    throw error
  }
}

function refuse(message: string): Failure {
  return new Failure('invalid_recipe', undefined, { errors: [{ path: 'watermarkImage', message }] })
}
