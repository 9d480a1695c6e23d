import type { JobBook } from '../../jobs/index.ts'
import type { Transaction } from '../../platform/database/port.ts'
import type { ImageRecord } from '../store/rows.ts'
import { type ViewContext, viewImage } from './view.ts'

export interface TellDeps {
  book: JobBook
  view: ViewContext
}

/** The events whose data is the whole Image. */
type ImageEvent =
  | 'image.created'
  | 'image.updated'
  | 'image.complete'
  | 'image.failed'
  | 'image.version.created'
  | 'image.trashed'
  | 'image.restored'
  | 'upload.complete'

/** Tells of an image as it now is, in one event of each kind. */
export async function tellOf(
  { book, view }: TellDeps,
  tx: Transaction,
  image: ImageRecord,
  types: readonly ImageEvent[],
  webhookUrl: string | null = null,
): Promise<void> {
  const data = { ...(await viewImage(view, tx, image)) }
  const { id: imageId, ownerId } = image
  await book.emit(
    tx,
    types.map((type) => ({ type, ownerId, imageId, data, webhookUrl })),
  )
}
