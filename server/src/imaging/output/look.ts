import { type Canvas, withAlpha } from '../pixels/canvas.ts'

/** Pixels a side of what is transformed, and lowest frequencies a side that are kept, the mean and pure stripes left out. */
const side = 32
const kept = 8
/** Of grey levels, in the strongest frequency: below it a picture is plain, and its bits would be noise. */
const leastFeature = 2

/**
 * How a picture looks, as 64 bits in hex that differ in few places where two pictures hardly differ: the perceptual hash by
 * the discrete cosine transform (Zauner, "Implementation and Benchmarking of Perceptual Image Hash Functions", 2010): which
 * of the low frequencies lie above their median. null for a plain picture. Transparent parts are taken for white.
 */
export function lookOf(picture: Canvas): string | null {
  const frequencies = transform(shrink(picture))
  const sorted = frequencies.toSorted((one, other) => one - other)
  if (Math.max(Math.abs(sorted[0] ?? 0), Math.abs(sorted.at(-1) ?? 0)) < leastFeature) return null
  const middle = frequencies.length / 2
  const median = ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2
  let bits = 0n
  for (const frequency of frequencies) bits = (bits << 1n) | (frequency > median ? 1n : 0n)
  return bits.toString(16).padStart(16, '0')
}

/** The brightness of the picture in `side` times `side` fields, each the mean of what it covers. */
function shrink(picture: Canvas): Float64Array {
  const { data, width, height } = withAlpha(picture)
  const rows = new Float64Array(side * height)
  const across = coverOf(width)
  for (let y = 0; y < height; y += 1) {
    for (const [x, pixels] of across.entries()) {
      let sum = 0
      for (const { at, share } of pixels) {
        const from = (y * width + at) * 4
        const [red = 0, green = 0, blue = 0, alpha = 0] = data.subarray(from, from + 4)
        const luma = 0.299 * red + 0.587 * green + 0.114 * blue
        sum += share * ((luma * alpha) / 255 + 255 - alpha)
      }
      rows[y * side + x] = sum
    }
  }
  const fields = new Float64Array(side * side)
  for (const [y, pixels] of coverOf(height).entries()) {
    for (let x = 0; x < side; x += 1) {
      let sum = 0
      for (const { at, share } of pixels) sum += share * (rows[at * side + x] ?? 0)
      fields[y * side + x] = sum
    }
  }
  return fields
}

/** What each field covers of a line of pixels, also where it is less than one of them. */
function coverOf(length: number): { at: number; share: number }[][] {
  const step = length / side
  return Array.from({ length: side }, (_, field) => {
    const [from, to] = [field * step, (field + 1) * step]
    const covered: { at: number; share: number }[] = []
    for (let at = Math.floor(from); at < Math.min(Math.ceil(to), length); at += 1) {
      covered.push({ at, share: (Math.min(to, at + 1) - Math.max(from, at)) / step })
    }
    return covered
  })
}

const waves = Array.from({ length: kept }, (_, wave) =>
  Float64Array.from({ length: side }, (_, at) =>
    Math.cos(((2 * at + 1) * (wave + 1) * Math.PI) / (2 * side)),
  ),
)

/** The lowest frequencies of the fields, row by row, in grey levels. */
function transform(fields: Float64Array): number[] {
  const found: number[] = []
  for (const down of waves) {
    const summed = Float64Array.from({ length: side }, (_, x) => {
      let sum = 0
      for (let y = 0; y < side; y += 1) sum += (down[y] ?? 0) * (fields[y * side + x] ?? 0)
      return sum
    })
    for (const across of waves) {
      let sum = 0
      for (let x = 0; x < side; x += 1) sum += (across[x] ?? 0) * (summed[x] ?? 0)
      found.push((sum * 4) / (side * side))
    }
  }
  return found
}
