import { Failure } from '@rendition/contract'
import { inputsOf, type Recipe } from '@rendition/contract/recipe'
import type { Queryable } from '../platform/database/port.ts'
import { findKept, findRenditions } from './ledger.ts'
import { pictureDigest, renditionKeyOf } from './rendition-key.ts'
import type { ImageRecord } from './rows.ts'
import { readImages } from './store.ts'
import type { Asset, Rendition, VersionFacts } from './types.ts'

/**
 * What a recipe lays over a version of an image: the version's own copies first, then the owner's other images as
 * they look now. Throws `invalid_recipe` for one that is missing, another owner's, or not rendered yet.
 */
export async function assetsOf(
  db: Queryable,
  version: Pick<VersionFacts, 'assets'>,
  ownerId: string,
  recipe: Recipe,
  engineEpoch: number | string,
): Promise<Asset[]> {
  const wanted = inputsOf(recipe).imageIds
  if (wanted.length === 0) return []
  const frozen = version.assets.filter(({ imageId }) => wanted.includes(imageId))
  const live = wanted.filter((id) => !frozen.some(({ imageId }) => imageId === id))
  const images = await readImages(db, live)
  const found = await Promise.all(
    live.map(async (id) => {
      const image = images.find((candidate) => candidate.id === id && candidate.ownerId === ownerId)
      const asset = image === undefined ? null : await pictureOf(db, image, engineEpoch)
      if (asset !== null) return asset
      const message = `there is no image ${id} of yours to lay over`
      throw new Failure('invalid_recipe', undefined, { errors: [{ path: 'watermarkImage', message }] })
    }),
  )
  return [...frozen, ...found]
}

/** The image's present picture: the original's bytes, or the stored picture of an edited version, of an earlier epoch if need be. */
async function pictureOf(
  db: Queryable,
  image: ImageRecord,
  engineEpoch: number | string,
): Promise<Asset | null> {
  const { original, recipe, assets } = image.current
  const digest = pictureDigest(original.sha256, recipe)
  if (recipe === null) return { imageId: image.id, digest, storageKey: original.key }
  const key = renditionKeyOf({
    sha256: original.sha256,
    recipe,
    focalPoint: image.focalPoint,
    assets,
    engineEpoch,
  })
  const [today] = await findRenditions(db, [image.id], [key])
  // What a version lays over is kept by its place: better the picture an earlier epoch made than one that may be evicted.
  const kept = today?.kind === 'preset' ? today : await keptPicture(db, image)
  const rendition = kept ?? today
  return rendition === undefined ? null : { imageId: image.id, digest, storageKey: rendition.storageKey }
}

async function keptPicture(db: Queryable, { current }: ImageRecord): Promise<Rendition | undefined> {
  return (await findKept(db, [current])).findLast(({ name }) => name === null)
}
