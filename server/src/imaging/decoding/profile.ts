import { hlgPeak, hlgPower, hlgScene, lightOf, pqLuminance, toneMap } from '../colour/curves.ts'
import { apply, d50, invert, type Matrix, multiply, toD50, type Vector } from '../colour/matrix.ts'
import { bt709, type ColourNumbers, displayP3 } from '../colour/numbers.ts'
import { bytesOf, join, viewOf } from '../metadata/values.ts'

/**
 * What the profile is to lead to. `p3`: the tone curve of HDR keeps what Display P3 has. `p3 as srgb`: it says of P3 what is
 * true of sRGB, so that who converts by it to sRGB gets the values of P3: their curves are the same.
 */
export type Aim = 'srgb' | 'p3' | 'p3 as srgb'

/**
 * An ICC profile (ICC.1:2001, since lcms moves black in perceptual tables of later ones) that says what the numbers say, so that one way leads from every kind of colour to sRGB:
 * that of profiles. HDR becomes a table that holds its tone curve.
 */
export function profileOf(numbers: ColourNumbers, aim: Aim = 'srgb'): Uint8Array {
  const { transfer, grey } = numbers
  const hdr = transfer === 'pq' || transfer === 'hlg'
  const described: [string, Uint8Array][] = [
    ['desc', description('Colours by number')],
    ['cprt', text('CC0')],
    ['wtpt', xyz(d50)],
  ]
  if (grey) return profile('GRAY', 'XYZ ', [...described, ['kTRC', curve((value) => light(numbers, value))]])
  if (hdr) return profile('RGB ', 'Lab ', [...described, ['A2B0', table(numbers, aim)]])
  const matrix = shifted(toD50(numbers.primaries), aim)
  const response = curve((value) => light(numbers, value))
  return profile('RGB ', 'XYZ ', [
    ...described,
    ['rXYZ', xyz([matrix[0][0], matrix[1][0], matrix[2][0]])],
    ['gXYZ', xyz([matrix[0][1], matrix[1][1], matrix[2][1]])],
    ['bXYZ', xyz([matrix[0][2], matrix[1][2], matrix[2][2]])],
    ['rTRC', response],
    ['gTRC', response],
    ['bTRC', response],
  ])
}

/** Colours to XYZ, to which P3 is what sRGB is. */
export function shifted(matrix: Matrix, aim: Aim): Matrix {
  return aim === 'p3 as srgb' ? multiply(toD50(bt709), multiply(invert(toD50(displayP3)), matrix)) : matrix
}

/** Values that reach from black to white, of ones that may stop short of them. */
const widened = ({ limited }: ColourNumbers, value: number): number =>
  limited ? clip((value * 255 - 16) / 219) : value

/** Linear light of a value, of HDR after its tone curve. */
function light(numbers: ColourNumbers, value: number): number {
  const { transfer } = numbers
  const wide = widened(numbers, value)
  if (transfer === 'pq') return toneMap(pqLuminance(wide))
  if (transfer === 'hlg') return toneMap(hlgPeak * hlgScene(wide) ** hlgPower)
  return lightOf(transfer, wide)
}

/** Luminance of linear BT.2100 colours. */
const luminanceOf = ([r, g, b]: Vector): number => 0.2627 * r + 0.678 * g + 0.0593 * b

/** Candelas of each primary. */
function shown({ transfer }: ColourNumbers, [r, g, b]: Vector): Vector {
  if (transfer === 'pq') return [pqLuminance(r), pqLuminance(g), pqLuminance(b)]
  const scene: Vector = [hlgScene(r), hlgScene(g), hlgScene(b)]
  const screen = hlgPeak * luminanceOf(scene) ** (hlgPower - 1)
  return [scene[0] * screen, scene[1] * screen, scene[2] * screen]
}

/** Points a side of the table: 33 keep it within a level of what it stands for. */
const points = 33

/** A multi-process element of type `mft2`: no matrix, straight curves, and a table from values to L*a*b*. */
function table(numbers: ColourNumbers, aim: Aim): Uint8Array {
  const gamut = toD50(aim === 'srgb' ? bt709 : displayP3)
  const linear = multiply(invert(gamut), toD50(numbers.primaries))
  const fromLinear = shifted(gamut, aim)
  const out = new Uint8Array(52 + 3 * 4 + points ** 3 * 6 + 3 * 4)
  const view = viewOf(out)
  out.set(bytesOf('mft2'))
  out.set([3, 3, points], 8)
  for (const at of [12, 28, 44]) view.setInt32(at, 65_536)
  view.setUint16(48, 2)
  view.setUint16(50, 2)
  let at = 52
  const straight = () => {
    for (let channel = 0; channel < 3; channel++, at += 4) view.setUint16(at + 2, 65_535)
  }
  straight()
  const step = (index: number) => widened(numbers, index / (points - 1))
  for (let r = 0; r < points; r++)
    for (let g = 0; g < points; g++)
      for (let b = 0; b < points; b++) {
        const value: Vector = [step(r), step(g), step(b)]
        const mixed = apply(linear, mapped(shown(numbers, value)))
        const kept: Vector = [clip(mixed[0]), clip(mixed[1]), clip(mixed[2])]
        const [L, A, B] = lab(apply(fromLinear, kept))
        // The encoding of `mft2`: 0xff00 is 100 (ICC.1, table 42)
        view.setUint16(at, Math.round((L / 100) * 65_280))
        view.setUint16(at + 2, Math.round((A + 128) * 256))
        view.setUint16(at + 4, Math.round((B + 128) * 256))
        at += 6
      }
  straight()
  return out
}

/** The tone curve by the strongest primary, so that hues stay. */
function mapped(luminances: Vector): Vector {
  const most = Math.max(...luminances)
  const gain = most > 0 ? toneMap(most) / most : 0
  return [luminances[0] * gain, luminances[1] * gain, luminances[2] * gain]
}

const clip = (value: number): number => Math.min(Math.max(value, 0), 1)

function lab([x, y, z]: Vector): Vector {
  const root = (t: number) => (t > 216 / 24_389 ? Math.cbrt(t) : ((24_389 / 27) * t + 16) / 116)
  const [fx, fy, fz] = [root(x / d50[0]), root(y / d50[1]), root(z / d50[2])]
  return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)]
}

/** Points of a curve: with 4,096 a value of 12 bits is met exactly. */
const curvePoints = 4096

function curve(light: (value: number) => number): Uint8Array {
  const out = new Uint8Array(12 + curvePoints * 2)
  const view = viewOf(out)
  out.set(bytesOf('curv'))
  view.setUint32(8, curvePoints)
  for (let index = 0; index < curvePoints; index++)
    view.setUint16(12 + index * 2, Math.round(clip(light(index / (curvePoints - 1))) * 65_535))
  return out
}

function xyz(values: Vector): Uint8Array {
  const out = new Uint8Array(20)
  out.set(bytesOf('XYZ '))
  for (const [index, value] of values.entries())
    viewOf(out).setInt32(8 + index * 4, Math.round(value * 65_536))
  return out
}

/** `textDescriptionType` of ICC.1:2001, whose Unicode and Macintosh parts stay empty. */
function description(value: string): Uint8Array {
  const out = new Uint8Array(12 + value.length + 1 + 78)
  out.set(bytesOf('desc'))
  viewOf(out).setUint32(8, value.length + 1)
  out.set(bytesOf(value), 12)
  return out
}

const text = (value: string): Uint8Array => bytesOf(`text\0\0\0\0${value}\0`)

const headerBytes = 128

function profile(
  space: string,
  connection: string,
  tags: readonly (readonly [string, Uint8Array])[],
): Uint8Array {
  const head = new Uint8Array(headerBytes + 4 + tags.length * 12)
  const view = viewOf(head)
  const put = (value: string, at: number) => head.set(bytesOf(value), at)
  view.setUint32(8, 0x02400000)
  put('mntr', 12)
  put(space, 16)
  put(connection, 20)
  put('acsp', 36)
  for (const [index, value] of d50.entries()) view.setInt32(68 + index * 4, Math.round(value * 65_536))
  view.setUint32(headerBytes, tags.length)
  const parts = [head]
  let at = head.length
  for (const [index, [name, data]] of tags.entries()) {
    const entry = headerBytes + 4 + index * 12
    put(name, entry)
    view.setUint32(entry + 4, at)
    view.setUint32(entry + 8, data.length)
    const padded = new Uint8Array(Math.ceil(data.length / 4) * 4)
    padded.set(data)
    parts.push(padded)
    at += padded.length
  }
  view.setUint32(0, at)
  return join(parts)
}
