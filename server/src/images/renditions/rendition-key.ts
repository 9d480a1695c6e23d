import { createHash } from 'node:crypto'
import type { FocalPoint } from '@rendition/contract'
import { canonical, inputsOf, type Recipe } from '@rendition/contract/recipe'
import type { Asset, RenditionKeyOf } from '../types.ts'

export interface RenditionKeyParts {
  /** Hex, of the original's bytes. */
  sha256: string
  /** From the original. */
  recipe: Recipe
  /** Of the image; counts only when the recipe looks at it. */
  focalPoint: FocalPoint | null
  /** The images the recipe lays over, in any order. */
  assets: readonly Pick<Asset, 'imageId' | 'digest'>[]
  /** Raised whenever the same recipe would give other pixels. */
  engineEpoch: number
}

/** The identity of a rendition, hex: everything its bytes depend on and nothing else. */
export function renditionKeyOf(parts: RenditionKeyParts): string {
  const inputs = inputsOf(parts.recipe)
  const focal = inputs.focalPoint ? parts.focalPoint : null
  const assets = inputs.imageIds.map((id) => {
    const asset = parts.assets.find(({ imageId }) => imageId === id)
    if (asset === undefined) throw new Error(`the digest of the laid-over image ${id} is missing`)
    return [asset.imageId, asset.digest]
  })
  const text = JSON.stringify([
    'rendition/1',
    parts.engineEpoch,
    parts.sha256,
    canonical(parts.recipe),
    focal === null ? null : [focal.x, focal.y],
    assets,
  ])
  return createHash('sha256').update(text).digest('hex')
}

/** What an image's picture is, for others that lay it over themselves. */
export function pictureDigest(sha256: string, recipe: Recipe | null): string {
  return recipe === null
    ? sha256
    : createHash('sha256')
        .update(JSON.stringify([sha256, canonical(recipe)]))
        .digest('hex')
}

/** Keys of this engine: its epoch is bound here and nowhere else. */
export const createRenditionKeyOf =
  (engineEpoch: number): RenditionKeyOf =>
  ({ original: { sha256 } }, recipe, focalPoint, assets) =>
    renditionKeyOf({ sha256, recipe, focalPoint, assets, engineEpoch })
