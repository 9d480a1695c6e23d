import type { Image, Page } from '@rendition/contract'
import { computeRowsLayout } from 'react-photo-album'

/** A stretch of the gallery that is laid out, and put into the page, as one. */
export interface Chunk {
  key: string
  images: readonly Image[]
}

export interface PlacedImage {
  image: Image
  left: number
  top: number
  width: number
  height: number
}

export interface ChunkLayout {
  height: number
  tiles: readonly PlacedImage[]
}

export const gap = 6
const chunkSize = 60
/** Panoramas and long screenshots are cropped in the gallery to these, or they would flatten their whole row. */
const narrowest = 0.45
const widest = 3

/**
 * Cuts pages into chunks from their ends: what is new comes first, so only the first chunk changes, and what lies
 * below keeps its layout. The first chunk takes the rest, so it never is one lonely picture.
 */
export function chunksOf(pages: readonly Page<Image>[]): Chunk[] {
  return pages.flatMap(({ items }) => {
    const count = Math.max(1, Math.floor(items.length / chunkSize))
    const first = items.length - (count - 1) * chunkSize
    return Array.from({ length: count }, (_, index) => {
      const end = first + index * chunkSize
      const images = items.slice(index === 0 ? 0 : end - chunkSize, end)
      return { key: images.at(-1)?.id ?? 'empty', images }
    })
  })
}

/** Height of a row to aim at, for a gallery this wide. */
export function rowHeightFor(width: number): number {
  if (width < 600) return 150
  return width < 1100 ? 210 : 250
}

/** Justified rows: every row as wide as the gallery, each picture whole unless it is extremely long. */
export function layOut(images: readonly Image[], containerWidth: number): ChunkLayout {
  const target = rowHeightFor(containerWidth)
  const photos = images.map((image) => ({ src: '', width: ratioOf(image) * 1000, height: 1000, image }))
  const model = computeRowsLayout(photos, gap, 0, containerWidth, target)
  const rows =
    model?.tracks ?? photos.map((photo, index) => ({ photos: [{ photo, index, width: 0, height: target }] }))

  const tiles: PlacedImage[] = []
  let top = 0
  for (const row of rows) {
    // Too few pictures to fill a row are not blown up to do so.
    const full = row.photos[0]?.height ?? target
    const height = Math.min(full, target * 1.45)
    let left = 0
    for (const { photo } of row.photos) {
      const width = Math.min((photo.width / photo.height) * height, containerWidth)
      tiles.push({ image: photo.image, left, top, width, height })
      left += width + gap
    }
    top += height + gap
  }
  return { height: top, tiles }
}

function ratioOf({ width, height }: Image): number {
  return Math.min(widest, Math.max(narrowest, width / height || 1))
}
