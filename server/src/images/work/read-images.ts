import type { Queryable } from '../../platform/database/port.ts'
import { createGathering } from '../../platform/gathering.ts'
import { readImage, readImages } from '../store/images.ts'
import type { ImageRecord } from '../store/rows.ts'

/** The image with its current version as they are after this was asked; null when there is none. */
export type ReadImage = (imageId: string) => Promise<ImageRecord | null>

/** As many as jobs run at once in one process. */
const mostAtOnce = 256

/** Jobs that are claimed together begin together: what they are about is read by one statement for all of them. */
export function createReadImage(db: Queryable): ReadImage {
  return createGathering<string, ImageRecord | null>(async (asked) => {
    try {
      const images = await readImages(db, [...new Set(asked.map(({ question }) => question))])
      const byId = new Map(images.map((image) => [image.id, image]))
      for (const { question, resolve } of asked) resolve(byId.get(question) ?? null)
    } catch {
      // A row that cannot be read is one job's trouble.
      for (const { question, resolve, reject } of asked) await readImage(db, question).then(resolve, reject)
    }
  }, mostAtOnce)
}
