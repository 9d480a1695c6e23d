import { oklabOf } from '@rendition/contract'
import { thumbHashToRGBA } from 'thumbhash'

const mostColours = 5
/** Of all pixels that are to be seen. */
const leastShare = 0.04
/** In OKLab: nearer than this, two colours are one to whoever looks at the whole picture. */
const sameWithin = 0.12

/** About the same from a ThumbHash in base64, for pictures that nobody wants to decode again. */
export function paletteOfThumbhash(thumbhash: string): string[] {
  return paletteOf(thumbHashToRGBA(Buffer.from(thumbhash, 'base64')).rgba)
}

interface Box {
  weight: number
  red: number
  green: number
  blue: number
}

/**
 * The colours that make a picture, the most of it first, as `#rrggbb`: the fullest of 4,096 boxes of colour with all that
 * is near it, and so on. Transparent pixels do not count; white when there are only such.
 */
export function paletteOf(rgba: Uint8Array): string[] {
  const boxes = fill(rgba)
  const total = boxes.reduce((sum, { weight }) => sum + weight, 0)
  if (total === 0) return ['#ffffff']
  let left = boxes
    .sort((one, other) => other.weight - one.weight)
    .map((box) => ({
      box,
      lab: oklabOf(box.red / box.weight, box.green / box.weight, box.blue / box.weight),
    }))
  const found: { hex: string; weight: number }[] = []
  while (left.length > 0) {
    const [{ box, lab } = { box: { weight: 1, red: 0, green: 0, blue: 0 }, lab: [0, 0, 0] as const }] = left
    const near = left.filter(
      ({ lab: [l, a, b] }) => Math.hypot(l - lab[0], a - lab[1], b - lab[2]) < sameWithin,
    )
    found.push({ hex: hexOf(box), weight: near.reduce((sum, { box: { weight } }) => sum + weight, 0) })
    const taken = new Set(near)
    left = left.filter((other) => !taken.has(other))
  }
  const most = found.sort((one, other) => other.weight - one.weight)
  const shown = most.filter(({ weight }, index) => index === 0 || weight >= leastShare * total)
  return shown.slice(0, mostColours).map(({ hex }) => hex)
}

function fill(rgba: Uint8Array): Box[] {
  const boxes = new Map<number, Box>()
  for (let at = 0; at < rgba.length; at += 4) {
    const [red = 0, green = 0, blue = 0, alpha = 0] = rgba.subarray(at, at + 4)
    if (alpha < 8) continue
    const key = ((red >> 4) << 8) | ((green >> 4) << 4) | (blue >> 4)
    const box = boxes.get(key) ?? { weight: 0, red: 0, green: 0, blue: 0 }
    box.weight += alpha
    box.red += red * alpha
    box.green += green * alpha
    box.blue += blue * alpha
    boxes.set(key, box)
  }
  return [...boxes.values()]
}

const hexOf = ({ weight, red, green, blue }: Box): string =>
  `#${[red, green, blue]
    .map((sum) =>
      Math.round(sum / weight)
        .toString(16)
        .padStart(2, '0'),
    )
    .join('')}`
