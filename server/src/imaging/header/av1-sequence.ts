/** What the sequence header of an AV1 bitstream says of colour (AV1 specification, 5.5.2). */
export interface Av1Colour {
  monochrome: boolean
  /** Code points of ITU-T H.273; 2 is unspecified. */
  primaries: number
  transfer: number
  matrix: number
  /** The bit at which the three stand; null when they are not said. */
  place: number | null
  /** Values reach from 0 to the largest, not from 16 to 235. */
  full: boolean
}

const sequenceHeader = 1

/** The first sequence header of a bitstream; null without one, or for one of films, with times. */
export function av1Colour(data: Uint8Array): Av1Colour | null {
  for (let at = 0; at < data.length; ) {
    const head = data[at] ?? 0
    at += (head & 4) === 0 ? 1 : 2
    if ((head & 2) === 0) return null
    let [size, shift] = [0, 0]
    for (;;) {
      const byte = data[at++] ?? 0
      size += (byte & 127) * 2 ** shift
      shift += 7
      if ((byte & 128) === 0 || shift > 28) break
    }
    if (((head >> 3) & 15) === sequenceHeader) return colourIn(data.subarray(0, at + size), at * 8)
    at += size
  }
  return null
}

function colourIn(data: Uint8Array, start: number): Av1Colour | null {
  let at = start
  const bits = (count: number): number => {
    let value = 0
    for (let left = count; left > 0; left--, at++)
      value = value * 2 + (((data[at >> 3] ?? 0) >> (7 - (at & 7))) & 1)
    return value
  }
  const profile = bits(3)
  bits(1)
  const reduced = bits(1) === 1
  if (reduced) bits(5)
  else if (!skipOperatingPoints(bits)) return null
  const [across, down] = [bits(4) + 1, bits(4) + 1]
  bits(across)
  bits(down)
  if (!reduced && bits(1) === 1) bits(7)
  bits(3)
  if (!reduced) skipInterTools(bits)
  bits(3)
  const colour = colourConfig(bits, profile, () => at)
  return at <= data.length * 8 ? colour : null
}

type Bits = (count: number) => number

/** False for what has times, or a model of its decoder. */
function skipOperatingPoints(bits: Bits): boolean {
  if (bits(1) === 1) return false
  const delays = bits(1) === 1
  for (let left = bits(5) + 1; left > 0; left--) {
    bits(12)
    if (bits(5) > 7) bits(1)
    if (delays && bits(1) === 1) bits(4)
  }
  return true
}

function skipInterTools(bits: Bits): void {
  bits(4)
  const ordered = bits(1) === 1
  if (ordered) bits(2)
  const screen = bits(1) === 1 ? 2 : bits(1)
  if (screen > 0 && bits(1) === 0) bits(1)
  if (ordered) bits(3)
}

function colourConfig(bits: Bits, profile: number, position: () => number): Av1Colour {
  const deep = bits(1) === 1
  if (profile === 2 && deep) bits(1)
  const monochrome = profile !== 1 && bits(1) === 1
  const place = bits(1) === 1 ? position() : null
  const [primaries, transfer, matrix] = place === null ? [2, 2, 2] : [bits(8), bits(8), bits(8)]
  const rgb = !monochrome && primaries === 1 && transfer === 13 && matrix === 0
  return { monochrome, primaries, transfer, matrix, place, full: rgb || bits(1) === 1 }
}
