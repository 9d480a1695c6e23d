import type { Recipe } from '@rendition/contract/recipe'
import { leadingSize, startsOf, type Wanted } from './cascade.ts'
import { holdsAlpha, type Target } from './output/format.ts'
import { placeholderOf, placeholderSide } from './output/placeholder.ts'
import { write } from './output/write.ts'
import type { Canvas } from './pixels/canvas.ts'
import { expand, type Standing } from './plan/expand.ts'
import { scaledSize } from './plan/geometry.ts'
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

/** All outputs of one frame, from one decode where that gives the same pictures. */
export async function renderStill(
  request: StillRequest,
  context: RunContext,
): Promise<{ outputs: RenderedOutput[]; placeholder: Placeholder | null }> {
  const { origin, frame, outputs, standing } = request
  const wanted = outputs.map((output) => wantedOf(output, request, context))
  const tiny = request.placeholder ? placeholderSize(origin, wanted) : null
  const { starts, levels } = await startsOf(wanted, origin, frame, tiny, context.signal)
  const rendered = outputs.map((output, index) => {
    const start: Start = starts[index] ?? { origin, frame }
    return renderOne(output, start, wanted[index]?.direct ?? false, request, context)
  })
  // Two cores are kept busy by the encoders; what fails first is what the caller hears, when all have stopped
  const settled = await Promise.allSettled(rendered)
  const failed = settled.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
  const placeholder = request.placeholder ? await placeholderFrom(levels, request, context, standing) : null
  return {
    outputs: settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : [])),
    placeholder,
  }
}

/** The placeholder comes from a level where there is one of enough pixels; else a small one is made for it. */
function placeholderSize(origin: Size, wanted: readonly Wanted[]): Size | null {
  const there = wanted.some((one) => {
    const size = leadingSize(one, origin)
    return size && Math.max(size.width, size.height) >= placeholderSide
  })
  const longest = Math.max(origin.width, origin.height)
  if (there && wanted.filter((one) => leadingSize(one, origin)).length > 1) return null
  if (longest <= placeholderSide) return null
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
  levels: readonly Canvas[],
  { origin, frame }: StillRequest,
  context: RunContext,
  standing: Standing,
): Promise<Placeholder> {
  const found = levels.find((level) => Math.max(level.width, level.height) >= placeholderSide)
  if (found) return placeholderOf(found)
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
