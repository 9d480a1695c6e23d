import type { Image } from '@rendition/contract'
import type { Database } from '../../platform/database/port.ts'
import type { Bus } from '../../platform/events/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import type { Logger } from '../../platform/telemetry/logger.ts'
import type { ImageRecord } from '../store/rows.ts'
import { imageChangedTopic } from '../types.ts'
import { type FullViewContext, viewFor, viewImage } from './view.ts'

/** Tells the other processes that what they know of an image is old. */
export type AnnounceChange = (imageId: string) => Promise<void>

/** Never fails: what is known of an image is forgotten after seconds in any case. */
export const createAnnounceChange =
  (bus: Bus, log: Logger): AnnounceChange =>
  (imageId) =>
    bus
      .publish(imageChangedTopic, { imageId })
      .catch((error: unknown) => log.warn({ err: error, imageId }, 'images: a change was not announced'))

export interface ShowDeps {
  db: Database
  view: FullViewContext
  announce: AnnounceChange
}

/** Announces a change when it is made, and gives the image as its maker is shown it. */
export async function showChanged(
  { db, view, announce }: ShowDeps,
  principal: Principal,
  change: Promise<ImageRecord>,
): Promise<Image> {
  const image = await change
  await announce(image.id)
  return viewImage(viewFor(view, principal), db, image)
}
