import type { Image } from '@rendition/contract'
import type { JobBook, NewEvent } from '../../jobs/index.ts'
import type { Deeds, Transaction } from '../../platform/database/port.ts'
import type { ImageRecord } from '../store/rows.ts'
import { type ViewContext, viewImage, viewImages, viewNewImage } from './view.ts'

export interface TellDeps {
  book: JobBook
  view: ViewContext
  /** Where it is written down who did it. */
  deeds: Deeds
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

/** Tells of each of many images as it now is, with one look for all. */
export async function tellOfMany(
  { book, view }: TellDeps,
  tx: Transaction,
  images: readonly ImageRecord[],
  type: ImageEvent,
): Promise<void> {
  if (images.length === 0) return
  const views = await viewImages(view, tx, images)
  const owners = new Map(images.map(({ id, ownerId }) => [id, ownerId]))
  await book.emit(
    tx,
    views.map((data) => ({ type, ownerId: owners.get(data.id) ?? '', imageId: data.id, data: { ...data } })),
  )
}

/** Tells of an image as it now is, in one event of each kind. */
export async function tellOf(
  { book, view }: TellDeps,
  tx: Transaction,
  image: ImageRecord,
  types: readonly ImageEvent[],
  webhookUrl: string | null = null,
): Promise<void> {
  await book.emit(tx, eventsOf(image, await viewImage(view, tx, image), types, webhookUrl))
}

/** The same of an image that comes in this transaction. */
export async function tellOfNew(
  { book, view }: TellDeps,
  tx: Transaction,
  image: ImageRecord,
  webhookUrl: string | null,
): Promise<void> {
  await book.emit(
    tx,
    eventsOf(image, viewNewImage(view, image), ['image.created', 'upload.complete'], webhookUrl),
  )
}

const eventsOf = (
  { id: imageId, ownerId }: ImageRecord,
  view: Image,
  types: readonly ImageEvent[],
  webhookUrl: string | null,
): NewEvent[] => types.map((type) => ({ type, ownerId, imageId, data: { ...view }, webhookUrl }))
