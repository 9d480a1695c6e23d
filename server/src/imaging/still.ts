import type { Recipe } from '@rendition/contract/recipe'
import { beginningsOf, decode, leadingSize, makeLevels, type Wanted } from './cascade.ts'
import { createLanes } from './lanes.ts'
import { holdsAlpha, type Target } from './output/format.ts'
import { placeholderOf, placeholderSide } from './output/placeholder.ts'
import { write } from './output/write.ts'
import type { Canvas } from './pixels/canvas.ts'
import { expand, type Standing } from './plan/expand.ts'
import { same, scaledSize } from './plan/geometry.ts'
import { plan } from './plan/plan.ts'
import type { Primitive, PrimitiveKind, Size } from './plan/primitive.ts'
import { type RunContext, run, type Start } from './run.ts'
import type { Origin } from './source.ts'
import type { Placeholder, RenderedOutput } from './types.ts'

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
}

const geometry: ReadonlySet<PrimitiveKind> = new Set(['crop', 'scale', 'flip', 'mirror', 'turn'])
const moves = (primitives: readonly Primitive[]) => primitives.every(({ kind }) => geometry.has(kind))
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

/** All outputs of one frame, from one decode where that gives the same pictures. */
export async function renderStill(
  request: StillRequest,
  context: RunContext,
): Promise<{ outputs: RenderedOutput[]; placeholder: Placeholder | null }> {
  const { origin, frame, outputs } = request
  const wanted = outputs.map((output) => wantedOf(output, request, context))
  const tiny = request.placeholder ? placeholderSize(origin, wanted) : null
  const beginnings = beginningsOf(wanted, origin, tiny)
  const made = new Map<number, RenderedOutput>()
  const lanes = createLanes(outputsAtOnce)
  const begin = (index: number, start: Start) =>
    lanes.enter(async () => {
      const [output, direct] = [outputs[index], wanted[index]?.direct ?? false]
      if (output) made.set(index, await renderOne(output, start, direct, request, context))
    })
  let shown: Canvas | null = null
  try {
    const full = beginnings.full ? await decode(origin, frame, null) : null
    for await (const level of makeLevels(beginnings, origin, frame, full, context.signal)) {
      if (longerSide(level) >= placeholderSide) shown = level
      for (const [index, size] of beginnings.sizes.entries())
        if (size && same(size, level)) await begin(index, { canvas: level, shared: true })
    }
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
  const placeholder = request.placeholder ? await placeholderFrom(shown, request, context) : null
  return { outputs: outputs.flatMap((_, index) => made.get(index) ?? []), placeholder }
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
  if (level) return placeholderOf(level)
  const end = await run({ start: { origin, frame }, steps: [], standing }, context)
  if (!('canvas' in end)) throw new Error('A run without fusing ends with pixels.')
  return placeholderOf(end.canvas)
}

function wantedOf(
  { recipe, target }: StillOutput,
  { origin, standing }: StillRequest,
  context: RunContext,
): Wanted {
  const { steps } = recipe
  return {
    steps,
    direct: origin.gainMap && target.format === 'jpeg' && keepsGainMap(steps, origin, standing, context),
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
  if (turned) return false
  const planned = plan(steps, standing, { alpha, turned, foreign, first: true }, { limits })
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
  const keep = output.metadata === 'keep'
  const fuses = (primitives: readonly Primitive[], alpha: boolean) =>
    // Raw pixels hold no metadata to keep, sharp flattens before all else, and what it brings back from Display P3
    // it tags, asked or not
    !(keep && 'canvas' in start) &&
    !('origin' in start && origin.deepTagged) &&
    (!alpha || holdsAlpha(target.format) || moves(primitives))
  const end = await run({ start, steps, standing, fuses }, context)
  context.signal?.throwIfAborted()
  const carries = direct && 'pipeline' in end && 'origin' in start
  const lost = origin.gainMap && !carries ? [gainMapNote(target, steps, origin)] : []
  const unchanged = isUnchanged(recipe, origin, context, standing)
  const written = await write({ name, end, output, target, origin, unchanged, gainMap: carries })
  return { ...written, notes: [...written.notes, ...lost] }
}

function gainMapNote(target: Target, steps: Recipe['steps'], { turned }: Origin): string {
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
  return steps.every((step, index) => {
    const expanded = expand(step, standing, `steps.${index}`, limits)
    return !expanded.open && expanded.primitives.length === 0
  })
}
