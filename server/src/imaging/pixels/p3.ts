import { srgbLight, srgbValue } from '../colour/curves.ts'
import { apply, invert, multiply, toD50, type Vector } from '../colour/matrix.ts'
import { bt709, displayP3 } from '../colour/numbers.ts'
import { type Canvas, readColour } from './canvas.ts'

const fromSrgb = multiply(invert(toD50(displayP3)), toD50(bt709))
const light = Float64Array.from({ length: 256 }, (_, value) => srgbLight(value / 255))

/** Values of Display P3, 0 to 255, for the same colour as those of sRGB. */
function converted(red: number, green: number, blue: number): Vector {
  const mixed = apply(fromSrgb, [light[red] ?? 0, light[green] ?? 0, light[blue] ?? 0])
  const value = (part: number) => Math.round(255 * srgbValue(Math.min(Math.max(part, 0), 1)))
  return [value(mixed[0]), value(mixed[1]), value(mixed[2])]
}

/** `rrggbbaa` of sRGB in values of P3. */
export function inP3(hex: string): string {
  const { red, green, blue } = readColour(hex)
  const parts = converted(red, green, blue).map((part) => part.toString(16).padStart(2, '0'))
  return `${parts.join('')}${hex.slice(6)}`
}

/** A small picture of sRGB in values of P3, in place. */
export function canvasInP3<Of extends Canvas>(canvas: Of): Of {
  const { data, channels } = canvas
  for (let at = 0; at < data.length; at += channels)
    data.set(converted(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0), at)
  return canvas
}
