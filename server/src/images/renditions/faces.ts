import { Failure } from '@rendition/contract'
import { inputsOf, type Recipe } from '@rendition/contract/recipe'
import type { Database } from '../../platform/database/port.ts'
import type { Storage } from '../../platform/storage/port.ts'
import { type Face, isRenderDeath, type Rendering, type RenderOptions } from '../../rendering/port.ts'
import { keepFaces, readFaces } from '../store/found-faces.ts'
import type { VersionFacts } from '../types.ts'

export interface FacesDeps {
  db: Database
  storage: Storage
  rendering: Pick<Rendering, 'faces' | 'faceDetector'>
}

/** How long looking may take, for whom, and until when somebody wants it. */
export type FacesHow = Pick<RenderOptions, 'timeoutMs' | 'signal' | 'lane'>

/** Refuses a recipe that looks for faces where nobody can: `invalid_recipe`. */
export function checkFaces(recipe: Recipe, { faceDetector }: Pick<Rendering, 'faceDetector'>): void {
  if (faceDetector !== null || !inputsOf(recipe).faces) return
  const message = 'looks for faces, and no detector is installed here (FACES_MODULES)'
  throw new Failure('invalid_recipe', `gravity: ${message}.`, { errors: [{ path: 'gravity', message }] })
}

/**
 * The faces of a version's original, where some recipe wants to know; null where none does. Looked for once for each
 * original, and kept.
 */
export async function facesOf(
  { db, storage, rendering }: FacesDeps,
  { imageId, original }: Pick<VersionFacts, 'imageId' | 'original'>,
  recipes: readonly Recipe[],
  how: FacesHow,
): Promise<readonly Face[] | null> {
  if (!recipes.some((recipe) => inputsOf(recipe).faces)) return null
  for (const recipe of recipes) checkFaces(recipe, rendering)
  const name = { imageId, key: original.key, detector: rendering.faceDetector ?? 0 }
  const before = await readFaces(db, name)
  if (before !== undefined) return before
  await using file = await storage.open(original.key, how.signal === undefined ? {} : { signal: how.signal })
  const { width, height, frames } = original
  const size = { width, height, frames }
  const faces = await rendering.faces(file.path, { ...how, size }).catch((error: unknown): Face[] => {
    // Kept as well: a picture that kills whoever looks is not looked at again and again.
    if (isRenderDeath(error)) return []
    throw error
  })
  await keepFaces(db, name, faces)
  return faces
}
