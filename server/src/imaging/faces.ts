import { guarded } from './failures.ts'
import { openSource } from './source.ts'
import type { Face, ImageSource, ImagingLimits } from './types.ts'

/** What a crop looks at: the middle of the largest face, and of the box around all. Nothing where there is none. */
export function facePoints(faces: readonly Face[]): {
  face?: { x: number; y: number }
  faces?: { x: number; y: number }
} {
  const [largest] = faces.toSorted((a, b) => b.width * b.height - a.width * a.height)
  if (largest === undefined) return {}
  const left = Math.min(...faces.map(({ x }) => x))
  const top = Math.min(...faces.map(({ y }) => y))
  const right = Math.max(...faces.map(({ x, width }) => x + width))
  const bottom = Math.max(...faces.map(({ y, height }) => y + height))
  return { face: middleOf(largest), faces: { x: (left + right) / 2, y: (top + bottom) / 2 } }
}

const middleOf = ({ x, y, width, height }: Face) => ({ x: x + width / 2, y: y + height / 2 })

/** The picture for a detector: whole and upright, scaled into the top left of a square, three bytes a pixel. */
export interface Square {
  data: Uint8Array
  /** Pixels of the square. */
  side: number
  /** Pixels of the picture in it. */
  width: number
  height: number
}

/** Makes that of the first frame. Failures as of `render`. */
export async function squareOf(source: ImageSource, side: number, limits: ImagingLimits): Promise<Square> {
  const origin = await openSource(source, limits)
  const pipeline = await origin.open()
  const { data, info } = await guarded('decode', () =>
    pipeline
      .resize(side, side, { fit: 'inside' })
      .flatten({ background: '#808080' })
      .toColourspace('srgb')
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true }),
  )
  const square = new Uint8Array(side * side * 3)
  for (let row = 0; row < info.height; row++) {
    for (let column = 0; column < info.width; column++) {
      const from = (row * info.width + column) * info.channels
      const to = (row * side + column) * 3
      for (let channel = 0; channel < 3; channel++)
        square[to + channel] = data[from + (info.channels < 3 ? 0 : channel)] ?? 0
    }
  }
  return { data: square, side, width: info.width, height: info.height }
}
