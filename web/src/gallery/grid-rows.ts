import type { GridWindow, Stretch } from './grid-window.ts'
import type { PlacedChunk, Row } from './layout.ts'

/** Of a chunk's rows, those from one up to another are in the page, and of these some with whole tiles. */
export interface RowsShown {
  from: number
  to: number
  wholeFrom: number
  wholeTo: number
}

export const noRows: RowsShown = { from: 0, to: 0, wholeFrom: 0, wholeTo: 0 }

/** The rows of a chunk that a window shows, if only in part. */
export function rowsShown({ top, layout }: PlacedChunk, { present, whole }: GridWindow): RowsShown {
  const [from, to] = within(layout.rows, present, top)
  if (from === to) return noRows
  const [wholeFrom, wholeTo] = within(layout.rows, whole, top)
  return { from, to, wholeFrom, wholeTo }
}

function within(rows: readonly Row[], stretch: Stretch, top: number): [number, number] {
  if (stretch.bottom <= stretch.top) return [0, 0]
  const from = rows.findIndex((row) => top + row.top + row.height > stretch.top)
  const to = rows.findLastIndex((row) => top + row.top < stretch.bottom)
  return from === -1 || to < from ? [0, 0] : [from, to + 1]
}

export function sameRows(a: RowsShown, b: RowsShown): boolean {
  return a.from === b.from && a.to === b.to && a.wholeFrom === b.wholeFrom && a.wholeTo === b.wholeTo
}

/** The chunks that a stretch touches, of all in their order: by halving, since 50,000 photos are a thousand of them. */
export function chunksWithin(
  placed: readonly PlacedChunk[],
  { top, bottom }: Stretch,
): readonly PlacedChunk[] {
  let low = 0
  let high = placed.length
  while (low < high) {
    const middle = (low + high) >> 1
    const chunk = placed[middle]
    if (chunk !== undefined && chunk.top + chunk.layout.height <= top) low = middle + 1
    else high = middle
  }
  let end = low
  for (let chunk = placed[end]; chunk !== undefined && chunk.top < bottom; chunk = placed[end]) end++
  return placed.slice(low, end)
}
