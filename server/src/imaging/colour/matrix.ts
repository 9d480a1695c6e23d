import type { Chromaticities } from './numbers.ts'

export type Vector = readonly [number, number, number]
export type Matrix = readonly [Vector, Vector, Vector]

export const apply = (m: Matrix, [a, b, c]: Vector): Vector => [
  m[0][0] * a + m[0][1] * b + m[0][2] * c,
  m[1][0] * a + m[1][1] * b + m[1][2] * c,
  m[2][0] * a + m[2][1] * b + m[2][2] * c,
]

const column = (m: Matrix, index: 0 | 1 | 2): Vector => [m[0][index], m[1][index], m[2][index]]

/** What `b` does, then `a`. */
export function multiply(a: Matrix, b: Matrix): Matrix {
  const [x, y, z] = [apply(a, column(b, 0)), apply(a, column(b, 1)), apply(a, column(b, 2))]
  return [
    [x[0], y[0], z[0]],
    [x[1], y[1], z[1]],
    [x[2], y[2], z[2]],
  ]
}

export function invert(m: Matrix): Matrix {
  const [[a, b, c], [d, e, f], [g, h, i]] = m
  const [A, B, C] = [e * i - f * h, f * g - d * i, d * h - e * g]
  const det = a * A + b * B + c * C
  return [
    [A / det, (c * h - b * i) / det, (b * f - c * e) / det],
    [B / det, (a * i - c * g) / det, (c * d - a * f) / det],
    [C / det, (b * g - a * h) / det, (a * e - b * d) / det],
  ]
}

const xyz = ([x, y]: readonly [number, number]): Vector => [x / y, 1, (1 - x - y) / y]

/** The white of the profile connection space (ICC.1, 7.2.16). */
export const d50: Vector = [0.9642, 1, 0.8249]

const bradford: Matrix = [
  [0.8951, 0.2664, -0.1614],
  [-0.7502, 1.7135, 0.0367],
  [0.0389, -0.0685, 1.0296],
]

/** From a white to D50 (ICC.1, annex E). */
function adaptation(white: Vector): Matrix {
  const [from, to] = [apply(bradford, white), apply(bradford, d50)]
  const scale: Matrix = [
    [to[0] / from[0], 0, 0],
    [0, to[1] / from[1], 0],
    [0, 0, to[2] / from[2]],
  ]
  return multiply(invert(bradford), multiply(scale, bradford))
}

/** Linear red, green and blue to XYZ under D50. */
export function toD50({ white, red, green, blue }: Chromaticities): Matrix {
  const [r, g, b, w] = [xyz(red), xyz(green), xyz(blue), xyz(white)]
  const columns: Matrix = [
    [r[0], g[0], b[0]],
    [r[1], g[1], b[1]],
    [r[2], g[2], b[2]],
  ]
  const [sr, sg, sb] = apply(invert(columns), w)
  const scaled: Matrix = [
    [r[0] * sr, g[0] * sg, b[0] * sb],
    [r[1] * sr, g[1] * sg, b[1] * sb],
    [r[2] * sr, g[2] * sg, b[2] * sb],
  ]
  return multiply(adaptation(w), scaled)
}
