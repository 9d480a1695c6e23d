import type { Image, Page } from '@rendition/contract'
import { computeRowsLayout } from 'react-photo-album'
import type { GalleryLook } from '../state/gallery-look.ts'
import type { MonthOf } from './months.ts'

/** A stretch of the gallery that is laid out, and put into the page, as one. */
export interface Chunk {
  key: string
  images: readonly Image[]
  /** Of its images, where the list is told by months; then its name stands above the first chunk of each. */
  month: string | null
  headed: boolean
}

export interface PlacedImage {
  image: Image
  left: number
  top: number
  width: number
  height: number
}

export interface Row {
  top: number
  height: number
  tiles: readonly PlacedImage[]
}

export interface ChunkLayout {
  height: number
  rows: readonly Row[]
}

export const gap = 6
const chunkSize = 60
/** Panoramas and long screenshots are cropped in the gallery to these, or they would flatten their whole row. */
const narrowest = 0.45
const widest = 3

/**
 * Cuts pages into chunks of one month from their ends: what is new comes first, so only the first chunk of its month
 * changes, and what lies below keeps its layout. The first chunk takes the rest, so it never is one lonely picture.
 */
export function chunksOf(
  pages: readonly Page<Image>[],
  monthOf: MonthOf | null = null,
  known: KnownChunks = new WeakMap(),
): Chunk[] {
  let month: string | null = null
  return pages.flatMap(({ items }) => {
    const chunks = (known.get(items) ?? cut(items, monthOf)).map((chunk) => {
      const headed = chunk.month !== null && chunk.month !== month
      month = chunk.month
      return chunk.headed === headed ? chunk : { ...chunk, headed }
    })
    known.set(items, chunks)
    return chunks
  })
}

/** The chunks of pages that were cut before: with the same chunks nothing is laid out again. */
export type KnownChunks = WeakMap<readonly Image[], readonly Chunk[]>

function cut(items: readonly Image[], monthOf: MonthOf | null): Chunk[] {
  return byMonth(items, monthOf).flatMap(({ month, images }) => {
    const count = Math.max(1, Math.floor(images.length / chunkSize))
    const first = images.length - (count - 1) * chunkSize
    return Array.from({ length: count }, (_, index) => {
      const end = first + index * chunkSize
      const some = images.slice(index === 0 ? 0 : end - chunkSize, end)
      return { key: some.at(-1)?.id ?? 'empty', images: some, month, headed: false }
    })
  })
}

function byMonth(
  items: readonly Image[],
  monthOf: MonthOf | null,
): { month: string | null; images: Image[] }[] {
  if (monthOf === null) return [{ month: null, images: [...items] }]
  const groups: { month: string; images: Image[] }[] = []
  for (const image of items) {
    const month = monthOf(image)
    const last = groups.at(-1)
    if (last?.month === month) last.images.push(image)
    else groups.push({ month, images: [image] })
  }
  return groups
}

export type Density = GalleryLook['density']
const factors: Readonly<Record<Density, number>> = { dense: 0.6, normal: 1, large: 1.6 }

/** Height of a row to aim at, for a gallery this wide. */
export function rowHeightFor(width: number, density: Density = 'normal'): number {
  const height = width < 600 ? 150 : width < 1100 ? 210 : 250
  return Math.round(height * factors[density])
}

/** Justified rows: every row as wide as the gallery, each picture whole unless it is extremely long. */
export function layOut(
  images: readonly Image[],
  containerWidth: number,
  density: Density = 'normal',
): ChunkLayout {
  const target = rowHeightFor(containerWidth, density)
  const photos = images.map((image) => ({ src: '', width: ratioOf(image) * 1000, height: 1000, image }))
  const model = computeRowsLayout(photos, gap, 0, containerWidth, target)
  const rows =
    model?.tracks ?? photos.map((photo, index) => ({ photos: [{ photo, index, width: 0, height: target }] }))

  let top = 0
  const placed = rows.map((row): Row => {
    // Too few pictures to fill a row are not blown up to do so.
    const full = row.photos[0]?.height ?? target
    const height = Math.min(full, target * 1.45)
    const at = top
    let left = 0
    const tiles = row.photos.map(({ photo }): PlacedImage => {
      const width = Math.min((photo.width / photo.height) * height, containerWidth)
      const tile = { image: photo.image, left, top: at, width, height }
      left += width + gap
      return tile
    })
    top += height + gap
    return { top: at, height, tiles }
  })
  return { height: top, rows: placed }
}

/** A chunk where it stands in the gallery. */
export interface PlacedChunk {
  chunk: Chunk
  /** Of its first row, below the name of its month. */
  top: number
  layout: ChunkLayout
}

/** Space above the name of a month, but the first, and what the name takes. */
export const monthSpace = { above: 12, name: 48 }

/** Everything one below the other. Layouts that are known for this width and density are not made again. */
export function placeChunks(
  chunks: readonly Chunk[],
  width: number,
  density: Density,
  known: WeakMap<readonly Image[], ChunkLayout>,
): PlacedChunk[] {
  let top = 0
  return chunks.map((chunk, index) => {
    if (chunk.headed) top += monthSpace.name + (index === 0 ? 0 : monthSpace.above)
    const layout = known.get(chunk.images) ?? layOut(chunk.images, width, density)
    known.set(chunk.images, layout)
    const placed = { chunk, top, layout }
    top += layout.height
    return placed
  })
}

function ratioOf({ width, height }: Image): number {
  return Math.min(widest, Math.max(narrowest, width / height || 1))
}
