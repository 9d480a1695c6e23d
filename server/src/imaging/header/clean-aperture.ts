interface Size {
  width: number
  height: number
}

type Fraction = readonly [number, number]

/** A clean aperture (ISO/IEC 14496-12, 12.1.4): what is shown of a picture, about its centre. */
export interface Aperture {
  width: Fraction
  height: Fraction
  left: Fraction
  top: Fraction
}

export function readAperture(view: DataView): Aperture {
  const at = (index: number): Fraction => [view.getInt32(index * 8), view.getUint32(index * 8 + 4)]
  return { width: at(0), height: at(1), left: at(2), top: at(3) }
}

/** Pixels that are shown, rounded as libheif does; null when some of them lie outside. */
function spanOf(
  size: number,
  extent: Fraction,
  offset: Fraction,
  round: (value: number) => number,
): number | null {
  const shown = extent[0] / extent[1]
  const first = round(offset[0] / offset[1] + (size - 1) / 2 - (shown - 1) / 2)
  const last = Math.round(first + shown - 1)
  return first >= 0 && last < size && last >= first ? last - first + 1 : null
}

/** The size that is left; null for an aperture that reaches outside, which says nothing. */
export function applyAperture(aperture: Aperture, size: Size): Size | null {
  const width = spanOf(size.width, aperture.width, aperture.left, Math.floor)
  const height = spanOf(size.height, aperture.height, aperture.top, Math.round)
  return width && height ? { width, height } : null
}
