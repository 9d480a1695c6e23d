import { changesOf, type Deed } from '../../platform/audit.ts'
import type { ImageRecord } from '../store/rows.ts'

/** What is told of an image that people wrote, and the rest of it. */
const written = ['originalName', 'tags', 'altText'] as const
const told = ['visibility', 'publicOriginal', 'focalPoint', 'favourite', 'rating', 'archived'] as const

/** What became another of an image; null where nothing did. */
export function changeDeed(before: ImageRecord, after: ImageRecord): Deed | null {
  const details = changesOf(before, after, told)
  const words = changesOf(before, after, written)
  if (Object.keys({ ...details, ...words }).length === 0) return null
  return { action: 'image.change', targetId: after.id, ownerId: after.ownerId, details, words }
}

/** Where it was, and where it is now. */
export const placeDeed = (action: 'image.trash' | 'image.restore', { id, ownerId }: ImageRecord): Deed => {
  const inTrash = action === 'image.trash'
  return { action, targetId: id, ownerId, details: { inTrash: { from: !inTrash, to: inTrash } } }
}
