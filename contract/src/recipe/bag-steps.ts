import type { Fault } from '../errors.ts'
import type { Bag } from './bag.ts'
import type { OperationInput } from './operations.ts'
import type { Output } from './output.ts'

/** Parameters that speak of this one request, not of the picture. */
export const requestParameters = ['preset', 'set', 'v', 'download', 'exp', 'sig', 'share'] as const

/**
 * The steps of a bag, in the one documented order: redact, crop, trim, rotate, flip, mirror, resize, pad, colour (modulate,
 * contrast, gamma, grayscale, tint, negate), blur, sharpen, watermark, radius, background; or those of `steps`, as they stand.
 */
export function stepsOf(bag: Bag): OperationInput[] {
  if (bag.steps !== undefined) return bag.steps
  const steps: OperationInput[] = []
  const background = bag.background === undefined ? {} : { background: bag.background }
  if (bag.redact) steps.push({ op: 'redact', ...bag.redact })
  if (bag.crop) steps.push({ op: 'crop', ...bag.crop })
  if (bag.trim) steps.push({ op: 'trim', threshold: bag.trim })
  if (bag.rotate !== undefined) steps.push({ op: 'rotate', angle: bag.rotate, ...background })
  if (bag.flip) steps.push({ op: 'flip' })
  if (bag.mirror) steps.push({ op: 'mirror' })
  const size = sizeOf(bag)
  if (size.width !== undefined || size.height !== undefined)
    steps.push({
      op: 'resize',
      ...size,
      fit: bag.fit,
      gravity: bag.gravity,
      enlarge: bag.enlarge,
      ...background,
    })
  if (bag.pad) steps.push({ op: 'pad', ...bag.pad, ...background })
  steps.push(...colourSteps(bag))
  if (bag.blur !== undefined) steps.push({ op: 'blur', sigma: bag.blur })
  if (bag.sharpen) steps.push({ op: 'sharpen', sigma: bag.sharpen })
  if (bag.watermarkText !== undefined || bag.watermarkImage !== undefined)
    steps.push({
      op: 'watermark',
      text: bag.watermarkText,
      imageId: bag.watermarkImage,
      opacity: bag.watermarkOpacity,
      position: bag.watermarkPosition,
      size: bag.watermarkSize,
      color: bag.watermarkColor,
      tile: bag.watermarkTile,
    })
  if (bag.radius !== undefined) steps.push({ op: 'radius', radius: bag.radius })
  if (bag.background !== undefined && !laidAlready(bag, steps))
    steps.push({ op: 'background', color: bag.background })
  return steps
}

/** A translucent colour that padding or corners have already: laid under them once more it would be twice as dense. */
function laidAlready({ background }: Bag, steps: readonly OperationInput[]): boolean {
  return !background?.endsWith('ff') && steps.some((step) => 'background' in step)
}

function colourSteps(bag: Bag): OperationInput[] {
  const steps: OperationInput[] = []
  const { brightness, saturation, hue } = bag
  if (brightness !== undefined || saturation !== undefined || hue !== undefined)
    steps.push({ op: 'modulate', brightness, saturation, hue })
  if (bag.contrast !== undefined) steps.push({ op: 'contrast', amount: bag.contrast })
  if (bag.gamma !== undefined) steps.push({ op: 'gamma', value: bag.gamma })
  if (bag.grayscale) steps.push({ op: 'grayscale' })
  if (bag.tint !== undefined) steps.push({ op: 'tint', color: bag.tint })
  if (bag.negate) steps.push({ op: 'negate' })
  return steps
}

/** What says how a file is written; it may stand beside `steps`. */
export const outputParameters = [
  'format',
  'quality',
  'compress',
  'lossless',
  'progressive',
  'metadata',
  'gamut',
  'hdr',
  'frame',
  'maxBytes',
] as const

const besideSteps: ReadonlySet<string> = new Set(['steps', ...requestParameters, ...outputParameters])

/** Pixels wanted, `dpr` folded in; `auto` is not known yet and left out. */
function sizeOf(bag: Bag): { width?: number; height?: number } {
  const dpr = bag.dpr ?? 1
  return {
    ...(typeof bag.width === 'number' && { width: Math.round(bag.width * dpr) }),
    ...(bag.height !== undefined && { height: Math.round(bag.height * dpr) }),
  }
}

/** `compress` counts the other way round: 0 leaves everything, 100 takes what can be taken. */
function qualityOf({ quality, compress }: Bag): Output['quality'] {
  return compress === undefined ? quality : Math.max(1, 100 - compress)
}

/** The output values that a bag gives. */
export function outputOf(bag: Bag): Partial<Output> {
  return {
    ...(bag.format !== undefined && bag.format !== 'auto' && { format: bag.format }),
    ...(qualityOf(bag) !== undefined && { quality: qualityOf(bag) }),
    ...(bag.lossless !== undefined && { lossless: bag.lossless }),
    ...(bag.progressive !== undefined && { progressive: bag.progressive }),
    ...(bag.metadata !== undefined && { metadata: bag.metadata }),
    ...(bag.gamut !== undefined && bag.gamut !== 'auto' && { gamut: bag.gamut }),
    ...(bag.hdr !== undefined && { hdr: bag.hdr }),
    ...(bag.frame !== undefined && { frame: bag.frame }),
    ...(bag.maxBytes !== undefined && { maxBytes: bag.maxBytes }),
  }
}

/** What is wrong between parameters that are each right: one that needs another, or sizes past the limit. */
export function contradictions(bag: Bag, outputSide: number): Fault[] {
  const faults: Fault[] = []
  const given = (name: keyof Bag) => bag[name] !== undefined
  const need = (names: readonly (keyof Bag)[], met: boolean, message: string) => {
    if (!met) faults.push(...names.filter(given).map((path) => ({ path, message })))
  }
  need(
    (Object.keys(bag) as (keyof Bag)[]).filter((name) => !besideSteps.has(name)),
    !given('steps'),
    'cannot stand beside steps',
  )
  need(['dpr', 'fit', 'gravity', 'enlarge'], given('width') || given('height'), 'needs width or height')
  // How a mark would look says nothing where there is none: forms send their sliders always.
  need(['watermarkColor'], !given('watermarkImage') || given('watermarkText'), 'colours text only')
  need(['watermarkImage'], !given('watermarkText'), 'cannot stand beside watermarkText')
  need(
    ['lossless'],
    !(bag.lossless && (bag.format === 'jpeg' || bag.format === 'gif')),
    `${bag.format} has none`,
  )
  need(['quality', 'compress'], !bag.lossless, 'has no meaning beside lossless')
  need(['compress'], !given('quality'), 'says the same as quality: give one of them')
  for (const [path, wanted] of Object.entries(sizeOf(bag)))
    if (wanted < 1 || wanted > outputSide)
      faults.push({ path, message: `asks for ${wanted} pixels, possible are 1 to ${outputSide}` })
  return faults
}
