import type { Operation, OperationName } from '@rendition/contract/recipe'
import { type Box, rotatedSize, type Size } from './sizes.ts'

/** One drawing of the preview: a program, its numbers, and the size of what it draws. */
export interface Pass {
  readonly program: ProgramName
  readonly size: Size
  /** By the names in the shader. */
  readonly values: Readonly<Record<string, number | readonly number[]>>
}
export type ProgramName =
  | 'move'
  | 'rotate'
  | 'pad'
  | 'modulate'
  | 'contrast'
  | 'gamma'
  | 'grayscale'
  | 'tint'
  | 'negate'
  | 'blur'
  | 'pixelate'
  | 'radius'
  | 'background'

/**
 * What the page computes as the service does, pixel by pixel. The rest is shown as the service renders it: letters and marks
 * are drawn with its fonts, a sharpening looks at full pixels, and where to trim is found in them.
 */
const computed: Readonly<Record<OperationName, boolean>> = {
  redact: true,
  crop: true,
  rotate: true,
  flip: true,
  mirror: true,
  pad: true,
  radius: true,
  blur: true,
  grayscale: true,
  negate: true,
  modulate: true,
  contrast: true,
  gamma: true,
  tint: true,
  background: true,
  resize: false,
  trim: false,
  sharpen: false,
  watermark: false,
}

/** Whether all of it can be computed in the page. */
export const isComputed = (operations: readonly Operation[]): boolean =>
  operations.every(({ op }) => computed[op])

/** Those that leave every pixel where it is. */
const inPlace: ReadonlySet<OperationName> = new Set([
  'modulate',
  'contrast',
  'gamma',
  'grayscale',
  'tint',
  'negate',
])
export const staysInPlace = ({ op }: Operation): boolean => inPlace.has(op)

/** Pixels of each side of the preview's picture; there is no sense in more than a screen has. */
const most = 8_192

/**
 * The passes that do to a picture of `size` what the operations do to the whole one, of whose sides its own are the part `scale`:
 * lengths shrink with it. null where a picture would be too large to draw.
 */
export function passesOf(operations: readonly Operation[], size: Size, scale: number): Pass[] | null {
  let at = size
  const passes: Pass[] = []
  for (const op of operations) {
    const made = passesFor(op, at, scale)
    passes.push(...made)
    at = made.at(-1)?.size ?? at
    if (at.width > most || at.height > most) return null
  }
  return passes
}

function passesFor(op: Operation, size: Size, scale: number): Pass[] {
  const { width, height } = size
  const one = (program: ProgramName, values: Pass['values'] = {}, to = size): Pass[] => [
    { program, size: to, values },
  ]
  const blurred = (sigma: number, box: Box): Pass[] => {
    const values = { sigma, reach: reachOf(sigma), box: [box.x, box.y, box.width, box.height] }
    return [...one('blur', { ...values, along: [1, 0] }), ...one('blur', { ...values, along: [0, 1] })]
  }
  const px = (length: number): number => Math.round(length * scale)
  switch (op.op) {
    case 'crop': {
      const x = Math.min(px(op.x), width - 1)
      const y = Math.min(px(op.y), height - 1)
      const to = {
        width: Math.max(1, Math.min(px(op.width), width - x)),
        height: Math.max(1, Math.min(px(op.height), height - y)),
      }
      return one('move', { rows: [1, 0, 0, 1], from: [x, y] }, to)
    }
    case 'flip':
      return one('move', { rows: [1, 0, 0, -1], from: [0, height - 1] })
    case 'mirror':
      return one('move', { rows: [-1, 0, 0, 1], from: [width - 1, 0] })
    case 'rotate':
      return rotation(op.angle, op.background, size)
    case 'pad': {
      const to = { width: width + px(op.left) + px(op.right), height: height + px(op.top) + px(op.bottom) }
      return one('pad', { from: [px(op.left), px(op.top)], colour: colourOf(op.background) }, to)
    }
    case 'modulate':
      return one('modulate', { factors: [op.brightness, op.saturation, op.hue] })
    case 'contrast':
      return one('contrast', { amount: op.amount })
    case 'gamma':
      return one('gamma', { exponent: 1 / op.value })
    case 'tint':
      return one('tint', { colour: colourOf(op.color) })
    case 'grayscale':
    case 'negate':
      return one(op.op)
    case 'blur':
      return blurred(op.sigma * scale, { x: 0, y: 0, width, height })
    case 'redact': {
      const x = Math.min(px(op.x), width - 1)
      const y = Math.min(px(op.y), height - 1)
      const right = Math.min(px(op.x + op.width), width)
      const bottom = Math.min(px(op.y + op.height), height)
      const box = { x, y, width: Math.max(1, right - x), height: Math.max(1, bottom - y) }
      if (op.how === 'blur') return blurred(op.amount * scale, box)
      const values = { box: [box.x, box.y, box.width, box.height], side: op.amount * scale }
      return [
        ...one('pixelate', { ...values, along: [1, 0] }),
        ...one('pixelate', { ...values, along: [0, 1] }),
      ]
    }
    case 'radius': {
      const half = Math.min(width, height) / 2
      return one('radius', { radius: op.radius === 'max' ? half : Math.min(op.radius * scale, half) })
    }
    case 'background':
      return op.color.endsWith('00') ? [] : one('background', { colour: colourOf(op.color) })
    case 'resize':
    case 'trim':
    case 'sharpen':
    case 'watermark':
      throw new Error(`${op.op} is not computed here.`)
  }
}

function rotation(angle: number, background: string, size: Size): Pass[] {
  const to = rotatedSize(size, angle)
  const turned = (rows: readonly number[], from: readonly number[]): Pass[] => [
    { program: 'move', size: to, values: { rows, from } },
  ]
  if (angle === 0) return []
  if (angle === 90) return turned([0, 1, -1, 0], [0, size.height - 1])
  if (angle === 180) return turned([-1, 0, 0, -1], [size.width - 1, size.height - 1])
  if (angle === 270) return turned([0, -1, 1, 0], [size.width - 1, 0])
  const radians = (angle * Math.PI) / 180
  const [cos, sin] = [Math.cos(radians), Math.sin(radians)]
  const values = { angle: [cos, sin], from: turnedCorner(size, cos, sin), colour: colourOf(background) }
  return [{ program: 'rotate', size: to, values }]
}

/** Where the turned picture begins, on whole pixels as libvips has it: about the middle of both it would be half a pixel off. */
export function turnedCorner({ width, height }: Size, cos: number, sin: number): [number, number] {
  return [
    Math.round(Math.min(0, width * cos, -height * sin, width * cos - height * sin)),
    Math.round(Math.min(0, width * sin, height * cos, width * sin + height * cos)),
  ]
}

/** How far libvips lets a blur see: its kernel ends where the curve falls below a fifth. */
export function reachOf(sigma: number): number {
  let x = 0
  while (x < 5_000 && Math.exp(-(x * x) / (2 * sigma * sigma)) >= 0.2) x++
  return Math.max(x - 1, 0)
}

/** `rrggbbaa` as four numbers from 0 to 1. */
export function colourOf(hex: string): number[] {
  return [0, 2, 4, 6].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
}
