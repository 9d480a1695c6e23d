/** What colours are asked for by. */
export const colourNames = [
  'red',
  'orange',
  'yellow',
  'green',
  'teal',
  'blue',
  'purple',
  'pink',
  'brown',
  'black',
  'grey',
  'white',
] as const
export type ColourName = (typeof colourNames)[number]

/** Lightness, and how red and how yellow: distances are as the eye sees them (Ottosson's OKLab). */
export type Oklab = readonly [lightness: number, a: number, b: number]

const linear = (byte: number): number => {
  const value = byte / 255
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
}

/** Of sRGB, 0 to 255 each. */
export function oklabOf(red: number, green: number, blue: number): Oklab {
  const [r, g, b] = [linear(red), linear(green), linear(blue)]
  const long = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b)
  const medium = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b)
  const short = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b)
  return [
    0.2104542553 * long + 0.793617785 * medium - 0.0040720468 * short,
    1.9779984951 * long - 2.428592205 * medium + 0.4505937099 * short,
    0.0259040371 * long + 0.7827717662 * medium - 0.808675766 * short,
  ]
}

/** `#rrggbb` or `#rgb`, the `#` as one likes. */
export const hexPattern = /^#?(?:[0-9a-f]{3}|[0-9a-f]{6})$/i

export function oklabOfHex(hex: string): Oklab {
  const digits = hex.replace('#', '')
  const full = digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits
  const part = (at: number): number => Number.parseInt(full.slice(at, at + 2), 16)
  return oklabOf(part(0), part(2), part(4))
}

/** Hue, in degrees, from which each begins. */
const hues: readonly (readonly [from: number, name: ColourName])[] = [
  [0, 'pink'],
  [12, 'red'],
  [42, 'orange'],
  [85, 'yellow'],
  [118, 'green'],
  [172, 'teal'],
  [225, 'blue'],
  [285, 'purple'],
  [332, 'pink'],
]

/** What people call a colour. */
export function nameOfColour([lightness, a, b]: Oklab): ColourName {
  if (lightness < 0.2) return 'black'
  const chroma = Math.hypot(a, b)
  if (chroma < 0.035) return lightness > 0.92 ? 'white' : lightness < 0.3 ? 'black' : 'grey'
  const hue = ((Math.atan2(b, a) * 180) / Math.PI + 360) % 360
  const name = hues.findLast(([from]) => hue >= from)?.[1] ?? 'pink'
  if (name === 'red' && lightness > 0.75) return 'pink'
  const earthy = hue >= 35 && hue < 100
  return earthy && (lightness < 0.58 || chroma < 0.07) && lightness < 0.8 ? 'brown' : name
}

const steps = [0.15, 0.08, 0.08] as const
const cellOf = (colour: Oklab): number[] =>
  colour.map((value, axis) => Math.round(value / (steps[axis] ?? 1)))

/** What a colour of a palette is found by: its name, and the cell of colours about as it. */
export function colourTermsOf(hex: string): string[] {
  const colour = oklabOfHex(hex)
  return [nameOfColour(colour), cellOf(colour).join(',')]
}

/** The cells in which colours like this one are. */
export function cellsAround(hex: string): string[] {
  const [l = 0, a = 0, b = 0] = cellOf(oklabOfHex(hex))
  const near = [-1, 0, 1]
  return near.flatMap((dl) => near.flatMap((da) => near.map((db) => [l + dl, a + da, b + db].join(','))))
}
