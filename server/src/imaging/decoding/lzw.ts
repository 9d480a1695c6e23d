/** Codes have 12 bits at most in GIF and TIFF. */
const mostCodes = 4096

/** How the two formats that use LZW differ. */
export interface LzwForm {
  /** Bits of a literal. */
  literal: number
  /** The first bit of a code is the least significant (GIF), or the most (TIFF). */
  leastFirst: boolean
  /** Codes grow by a bit one code earlier (TIFF). */
  early: boolean
}

/**
 * Expands LZW into `out`, as far as it reaches; gives how many bytes there were. What comes after an end code, or does
 * not fit, counts for nothing. Null for codes that cannot be.
 */
export function expandLzw(
  data: Uint8Array,
  out: Uint8Array,
  { literal, leastFirst, early }: LzwForm,
): number | null {
  const clear = 1 << literal
  const end = clear + 1
  const prefix = new Uint16Array(mostCodes)
  const suffix = new Uint8Array(mostCodes)
  const lengths = new Uint16Array(mostCodes)
  for (let code = 0; code < clear; code++) {
    suffix[code] = code
    lengths[code] = 1
  }
  let [width, next, previous] = [literal + 1, end + 1, -1]
  let [bits, held, at, written] = [0, 0, 0, 0]
  let first = 0
  for (;;) {
    while (held < width) {
      const byte = data[at++]
      if (byte === undefined) return written
      bits = leastFirst ? bits | (byte << held) : ((bits << 8) | byte) & 0xffffff
      held += 8
    }
    const mask = (1 << width) - 1
    let code: number
    if (leastFirst) {
      code = bits & mask
      bits >>>= width
    } else code = (bits >>> (held - width)) & mask
    held -= width
    if (code === clear) {
      width = literal + 1
      next = end + 1
      previous = -1
      continue
    }
    if (code === end) return written
    if (code > next || (code === next && previous < 0) || (previous < 0 && code > end)) return null
    const known = code < next
    const base = known ? code : previous
    const length = (lengths[base] ?? 0) + (known ? 0 : 1)
    // From the end to the beginning, straight into place
    let place = written + length - 1
    if (!known) place--
    let walk = base
    for (; walk >= clear; walk = prefix[walk] ?? 0) {
      if (place < out.length) out[place] = suffix[walk] ?? 0
      place--
    }
    first = walk
    if (place < out.length) out[place] = first
    if (!known && written + length - 1 < out.length) out[written + length - 1] = first
    written += length
    if (previous >= 0 && next < mostCodes) {
      prefix[next] = previous
      suffix[next] = first
      lengths[next] = (lengths[previous] ?? 0) + 1
      next++
    }
    if (next + (early ? 1 : 0) >= 1 << width && width < 12) width++
    previous = code
    if (written >= out.length) return out.length
  }
}
