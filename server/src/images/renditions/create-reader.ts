import type { PublicOriginal } from '@rendition/contract'
import { readImage } from '../store/images.ts'
import { shareHolds } from '../store/shares.ts'
import { readVersion } from '../store/versions.ts'
import type { ImageReader, Ledger, RenditionKeyOf, SettleRecipe, WishCurve } from '../types.ts'
import { type CleaningDeps, cleanedOriginal } from './cleaned-original.ts'
import { checkFaces, type FacesDeps, facesOf } from './faces.ts'
import { assetsOf } from './laid-over.ts'
import type { PresetBook } from './preset-book.ts'

export interface ReaderDeps extends CleaningDeps, FacesDeps {
  rendering: CleaningDeps['rendering'] & FacesDeps['rendering']
  ledger: Ledger
  presets: PresetBook
  keyOf: RenditionKeyOf
  settle: SettleRecipe
  wishCurve: WishCurve
  /** What strangers get of originals where their owner says nothing. */
  publicOriginals: PublicOriginal
}

export function createReader(deps: ReaderDeps): ImageReader {
  const { db, ledger, presets, keyOf, settle, wishCurve, publicOriginals } = deps
  return {
    async facts(imageId) {
      const image = await readImage(db, imageId)
      // To delivery one in the trash is gone.
      if (image === null || image.trashedAt !== null) return null
      return { ...image, publicOriginal: image.publicOriginal ?? publicOriginals }
    },
    version: (imageId, n) => readVersion(db, imageId, n),
    shareOpens: (share, imageId) => shareHolds(db, share, imageId),
    assets: (version, ownerId, recipe) => assetsOf(db, version, ownerId, recipe, keyOf),
    renditionKey: keyOf,
    checkFaces: (recipe) => checkFaces(recipe, deps.rendering),
    faces: (version, recipes, how) => facesOf(deps, version, recipes, how),
    settle,
    wishCurve,
    cleaned: (version, signal) => cleanedOriginal(deps, version, signal),
    ledger,
    presets: () => presets.now().inForce,
    onPresetsChanged: (listener) => presets.onChanged(listener),
  }
}
