import { isFailure } from '@rendition/contract'
import type { Recipe } from '@rendition/contract/recipe'
import { beginningsOf, decode, leadingSize, makeLevels, type Wanted } from './cascade.ts'
import { createLanes } from './lanes.ts'
import { measuredSide, measureQuality } from './measure-quality.ts'
import type { Origin } from './origin.ts'
import { holdsAlpha, type Target } from './output/format.ts'
import { placeholderOf, placeholderSide } from './output/placeholder.ts'
import { write } from './output/write.ts'
import type { Canvas } from './pixels/canvas.ts'
import { comesToNothing, type Standing } from './plan/expand.ts'
import { same, scaledSize } from './plan/geometry.ts'
import { type Plan, plan } from './plan/plan.ts'
import type { Primitive, PrimitiveKind, Size } from './plan/primitive.ts'
import { movesPixels } from './plan/stages.ts'
import { type RunContext, run, type Start } from './run.ts'
import type { Placeholder, QualityCurve, RenderedOutput } from './types.ts'

export interface StillOutput {
  name: string
  recipe: Recipe
  target: Target
}

export interface StillRequest {
  origin: Origin
  frame: number
  outputs: readonly StillOutput[]
  standing: Standing
  placeholder: boolean
  /** Told of the curve before any output is encoded, where it is wanted. */
  measured: ((curve: QualityCurve) => void) | null
  /** With numbers where the recipe leaves its quality to the curve: to be asked once that is known. */
  settle(output: StillOutput): StillOutput
  attempt: Attempt
}

/** Makes one output and hands it on; null when there is none after all. Throws what must end all of them. */
export type Attempt = (name: string, make: () => Promise<RenderedOutput | null>) => Promise<void>

const moves = (primitives: readonly Primitive[]) => primitives.every(({ kind }) => movesPixels(kind))
/**
 * What a gain map follows in sharp. Not flips and turns: to run them sharp copies the picture to memory and lets go of
 * the file, which libvips then still reads the map from: freed memory, an error at best (sharp issue 4599).
 */
const mapped: ReadonlySet<PrimitiveKind> = new Set(['crop', 'scale', 'mirror'])

/** Pixels, the longer side: smaller pictures are shown too small for a gain map to be worth a decode of their own. */
const smallestWithGainMap = 640

/** Two keep two cores busy with encoding. Each may hold a whole picture: more would cost memory by their number. */
const outputsAtOnce = 2

const longerSide = ({ width, height }: Size) => Math.max(width, height)

/** Pixels of levels that may wait for the smaller ones: the sum of a page of presets, and 48 MiB at most. */
const waitingPixels = 12_000_000

/**
 * All outputs of one frame, from one decode where that gives the same pictures; the smallest first, since it is what
 * is looked at first. Gives the placeholder.
 */
export async function renderStill(request: StillRequest, context: RunContext): Promise<Placeholder | null> {
  const { origin, frame, outputs } = request
  const wanted = outputs.map((output) => wantedOf(output, request, context))
  const tiny = request.placeholder || request.measured ? placeholderSize(origin, wanted) : null
  const beginnings = beginningsOf(wanted, origin, tiny)
  const lanes = createLanes(outputsAtOnce)
  const begin = (index: number, start: Start) =>
    lanes.enter(async () => {
      const [output, direct] = [outputs[index], wanted[index]?.direct ?? false]
      if (output)
        await request.attempt(output.name, () =>
          renderOne(request.settle(output), start, direct, request, context),
        )
    })
  let waiting: Canvas[] = []
  let unmeasured = request.measured !== null
  /** Before the first output: of the smallest level that will do. */
  const measure = async (full: Canvas | null): Promise<void> => {
    if (!unmeasured) return
    unmeasured = false
    const level = waiting.findLast((one) => longerSide(one) >= measuredSide) ?? waiting[0] ?? full
    const picture = level ?? (await wholeOf(request, context))
    const curve = await measureQuality(picture).catch(withoutCurve)
    context.signal?.throwIfAborted()
    if (curve) request.measured?.(curve)
  }
  const beginWaiting = async (): Promise<void> => {
    await measure(null)
    const levels = waiting.reverse()
    waiting = []
    for (const level of levels)
      for (const [index, size] of beginnings.sizes.entries())
        if (size && same(size, level)) await begin(index, { canvas: level, shared: true })
  }
  let shown: Canvas | null = null
  try {
    const full = beginnings.full ? await decode(origin, frame, null) : null
    let pixels = 0
    for await (const level of makeLevels(beginnings, origin, frame, full, context.signal)) {
      if (longerSide(level) >= placeholderSide) shown = level
      pixels += level.width * level.height
      waiting.push(level)
      if (pixels > waitingPixels) {
        await beginWaiting()
        pixels = 0
      }
    }
    if (waiting.length > 0) await beginWaiting()
    await measure(full)
    shown ??= full
    for (const [index, size] of beginnings.sizes.entries()) {
      if (size && beginnings.levels.length > 0) continue
      const useFull = full && !wanted[index]?.direct
      await begin(index, useFull ? { canvas: full, shared: true } : { origin, frame })
    }
  } finally {
    // Whatever failed, nothing goes on behind the caller's back
    await lanes.settled()
  }
  lanes.check()
  return request.placeholder ? placeholderFrom(shown, request, context) : null
}

/** A curve is not worth the picture: without one the format's defaults serve it. */
function withoutCurve(error: unknown): null {
  if (isFailure(error)) return null
  throw error
}

/** The placeholder comes from a level where there is one of enough pixels; else a small one is made for it. */
function placeholderSize(origin: Size, wanted: readonly Wanted[]): Size | null {
  const there = wanted.some((one) => {
    const size = leadingSize(one, origin)
    return size && longerSide(size) >= placeholderSide
  })
  if (there && wanted.filter((one) => leadingSize(one, origin)).length > 1) return null
  if (longerSide(origin) <= placeholderSide) return null
  const to = placeholderSide * 2
  return scaledSize(
    {
      op: 'resize',
      width: to,
      height: to,
      fit: 'inside',
      gravity: 'centre',
      enlarge: false,
      background: '00000000',
    },
    origin,
  )
}

async function placeholderFrom(
  level: Canvas | null,
  { origin, frame, standing }: StillRequest,
  context: RunContext,
): Promise<Placeholder> {
  return placeholderOf(level ?? (await wholeOf({ origin, frame, standing }, context)))
}

/** The picture as it is, where no level was made of it. */
async function wholeOf(
  { origin, frame, standing }: Pick<StillRequest, 'origin' | 'frame' | 'standing'>,
  context: RunContext,
): Promise<Canvas> {
  const end = await run({ start: { origin, frame }, steps: [], standing }, context)
  if (!('canvas' in end)) throw new Error('A run without fusing ends with pixels.')
  return end.canvas
}

function wantedOf(
  { recipe, target }: StillOutput,
  { origin, standing }: StillRequest,
  context: RunContext,
): Wanted {
  const { steps } = recipe
  const kept = origin.gainMap && target.format === 'jpeg' && recipe.output.hdr !== 'off'
  return {
    steps,
    direct: kept && keepsGainMap(steps, origin, standing, context),
  }
}

/** Whether the steps only move pixels as a map can follow, in one pass with the decoding, and end large enough. */
function keepsGainMap(
  steps: Recipe['steps'],
  origin: Origin,
  standing: Standing,
  { limits }: RunContext,
): boolean {
  const { alpha, turned, foreign } = origin
  // The map is written beside colours of sRGB alone
  if (turned || origin.gamut !== 'srgb') return false
  let planned: Plan
  try {
    planned = plan(steps, standing, { alpha, turned, foreign, first: true }, { limits })
  } catch {
    // Steps that cannot be: this output fails with its reason when its turn comes, and alone.
    return false
  }
  const [pass, ...others] = planned.passes
  if (!pass || others.length > 0 || planned.rest.length > 0) return false
  if (!pass.primitives.every(({ kind }) => mapped.has(kind))) return false
  return Math.max(planned.standing.width, planned.standing.height) >= smallestWithGainMap
}

async function renderOne(
  { name, recipe, target }: StillOutput,
  start: Start,
  direct: boolean,
  { origin, standing }: StillRequest,
  context: RunContext,
): Promise<RenderedOutput> {
  const { steps, output } = recipe
  const fuses = (primitives: readonly Primitive[], alpha: boolean) =>
    // What may have to be encoded again is decoded once
    output.maxBytes === undefined &&
    // sharp flattens before all else, and what it brings back from Display P3 it tags, asked or not
    !('origin' in start && origin.deepTagged) &&
    (!alpha || holdsAlpha(target.format) || moves(primitives))
  const end = await run({ start, steps, standing, fuses }, context)
  context.signal?.throwIfAborted()
  const carries = direct && 'pipeline' in end && 'origin' in start
  const lost = origin.gainMap && !carries && output.hdr !== 'off' ? [gainMapNote(target, steps, origin)] : []
  const unchanged = isUnchanged(recipe, origin, context, standing)
  const written = await write({ name, end, output, target, origin, unchanged, gainMap: carries })
  return { ...written, notes: [...written.notes, ...lost] }
}

function gainMapNote(target: Target, steps: Recipe['steps'], { turned, gamut }: Origin): string {
  if (gamut !== 'srgb') return 'The HDR gain map was dropped: it is kept beside colours of sRGB alone.'
  if (target.format !== 'jpeg') return `The HDR gain map was dropped: ${target.format} files here have none.`
  if (turned) return 'The HDR gain map was dropped: it cannot follow the turn that the camera noted.'
  return steps.some(({ op }) => op !== 'resize')
    ? 'The HDR gain map was dropped: it cannot follow these operations.'
    : 'The HDR gain map was dropped: the picture is too small to show it.'
}

/** The steps come to nothing for a picture of this size, and the source's bytes would be shown upright and in colour. */
function isUnchanged(
  { steps, output }: Recipe,
  origin: Origin,
  { limits }: RunContext,
  standing: Standing,
): boolean {
  if (origin.turned || origin.frames > 1 || output.progressive) return false
  if (origin.metadata?.space === 'cmyk') return false
  if (origin.gainMap && output.hdr === 'off') return false
  return comesToNothing(steps, standing, limits)
}
