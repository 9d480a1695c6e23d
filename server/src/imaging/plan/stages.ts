import type { Primitive, PrimitiveKind } from './primitive.ts'

interface Traits {
  /**
   * The place in sharp's order. Its chain is no sequence: its methods fill one options object, and `pipeline.cc` runs a
   * fixed order whatever order they were called in. Read there and proved by the property test; a pass may hold
   * primitives only at strictly rising places. `null` never enters a pipeline.
   */
  stage: number | null
  moves?: true
  /**
   * sharp premultiplies once before the first of these and goes back behind the last, rounding each time, so that
   * `modulate` and the colour of an extension would be weighed by alpha, and two in one pass round once less.
   */
  weighed?: true
}

const traitsOf = {
  trim: { stage: 10 },
  crop: { stage: 20, moves: true },
  scale: { stage: 30, moves: true, weighed: true },
  flip: { stage: 40, moves: true },
  mirror: { stage: 41, moves: true },
  turn: { stage: 42, moves: true },
  smart: { stage: 50, weighed: true },
  rotate: { stage: 60 },
  extend: { stage: 70, weighed: true },
  blur: { stage: 80, weighed: true },
  modulate: { stage: 90, weighed: true },
  sharpen: { stage: 100, weighed: true },
  contrast: { stage: 110 },
  tint: { stage: 120 },
  grayscale: { stage: 130 },
  negate: { stage: 140 },
  pixels: { stage: null },
} as const satisfies Record<PrimitiveKind, Traits>

/** Whether only pixels move: their values stay, or are averaged. */
export const movesPixels = (kind: PrimitiveKind): boolean => (traitsOf[kind] as Traits).moves === true
const isWeighed = (kind: PrimitiveKind): boolean => (traitsOf[kind] as Traits).weighed === true

/** Cutting after a scale in the same pass: sharp's "post extraction", behind rotation and before extension. */
const cropAfterScale = 65

/** What decides whether a primitive may join a pass, beside its stage. */
export interface PassTraits {
  /** The pixels may be partly transparent. */
  alpha: boolean
  /** Decoding happens in this pass. */
  first: boolean
  /** EXIF orientation is applied in this pass. */
  turned: boolean
  /** The source is not plain 8-bit sRGB: only geometry may happen before it is. */
  foreign: boolean
}

function stageOf(primitive: Primitive, pass: readonly Primitive[]): number | null {
  const scaled = pass.some(({ kind }) => kind === 'scale')
  return primitive.kind === 'crop' && scaled ? cropAfterScale : traitsOf[primitive.kind].stage
}

function highest(pass: readonly Primitive[]): number {
  let stage = 0
  pass.forEach((primitive, index) => {
    stage = Math.max(stage, stageOf(primitive, pass.slice(0, index)) ?? stage)
  })
  return stage
}

/** Whether `next` may join the pass without its result changing. */
export function joins(pass: readonly Primitive[], next: Primitive, traits: PassTraits): boolean {
  const stage = stageOf(next, pass)
  if (stage === null) return false
  const oriented = traits.first && traits.turned
  if (pass.length === 0) {
    // trim looks at the top left pixel as stored, not upright; all else waits for the orientation
    if (oriented && next.kind === 'trim') return false
    // sharp turns after it scales. When enlarging, libvips' kernel is not symmetric: what is turned later is shifted
    if (oriented && next.kind === 'scale' && next.enlarges) return false
    if (next.kind === 'rotate') return !traits.first && !oriented
    return !traits.first || !traits.foreign || movesPixels(next.kind)
  }
  if (stage <= highest(pass)) return false
  if (traits.first && traits.foreign && !movesPixels(next.kind)) return false
  const kinds = pass.map(({ kind }) => kind)
  // The size after these is known only when they are done; odd angles also need a pass of their own for alpha
  if (kinds.includes('trim') || kinds.includes('rotate') || next.kind === 'rotate') return false
  // sharp cuts a smart crop after flips and turns, at a scale of its own
  if (next.kind === 'smart') return !kinds.some((kind) => kind !== 'crop')
  // A crop makes sharp turn before it scales, which rounds otherwise than turning after it
  if (next.kind === 'crop' && oriented) return false
  // Without a scale, what comes before a crop must be nothing: sharp would cut first
  if (next.kind === 'crop' && !kinds.includes('scale')) return false
  // sharp would report the size before the extension, with more pixels than that in its buffer
  if (next.kind === 'extend' && kinds.includes('scale') && kinds.includes('crop')) return false
  // With alpha, one premultiplication a pass, and nothing beside it that looks at colours
  if (traits.alpha && isWeighed(next.kind) && kinds.some(isWeighed)) return false
  return true
}
