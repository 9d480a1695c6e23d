import sharp, { type Sharp } from 'sharp'
import { guarded } from './failures.ts'
import { tellColours } from './metadata/tell-colours.ts'
import type { HdrOrigin } from './open-wide.ts'
import { encode } from './output/encode.ts'
import { contentTypes } from './output/format.ts'
import { blocksOf } from './output/metadata.ts'
import { within } from './output/within.ts'
import { withBlocks } from './output/write.ts'
import { apply } from './pass.ts'
import type { Standing } from './plan/expand.ts'
import { plan } from './plan/plan.ts'
import { movesPixels } from './plan/stages.ts'
import { judgeOutput, type RunContext } from './run.ts'
import type { StillOutput } from './still.ts'
import type { RenderedOutput } from './types.ts'

/** Bits of a value in the file: PQ shows no steps with ten, and every decoder of AVIF takes them. */
const bitdepth = 10

/**
 * A picture of PQ or HLG as an AVIF that still is one: cut, scaled, mirrored and turned in 16 bits, with its own curve and
 * primaries told by number. null when an operation looks at colours: those mean colours of an SDR screen.
 */
export async function renderHdr(
  { name, recipe, target }: StillOutput,
  { origin, meant }: HdrOrigin,
  standing: Standing,
  context: RunContext,
): Promise<RenderedOutput | null> {
  const { steps, output } = recipe
  const { alpha, turned } = origin
  const planned = plan(steps, standing, { alpha, turned, foreign: true, first: true }, context)
  const moves = planned.passes.every(({ primitives }) => primitives.every(({ kind }) => movesPixels(kind)))
  if (planned.rest.length > 0 || !moves) return null
  judgeOutput(planned.standing, context.limits)
  let pipeline = await origin.open(target.frame ?? 0)
  for (const [index, { primitives }] of planned.passes.entries()) {
    context.signal?.throwIfAborted()
    pipeline = apply(pipeline, primitives).toColourspace('rgb16')
    if (index < planned.passes.length - 1) pipeline = await held(pipeline)
  }
  const { info, ...written } = await within('avif', output, async (settled) => {
    // A copy: another try must not find what this one put onto it
    const encoded = encode(pipeline.clone(), 'avif', settled, { photographic: true }).avif({ bitdepth })
    const made = await guarded('decode', () => encoded.toBuffer({ resolveWithObject: true }))
    const told = tellColours(made.data, meant)
    return {
      ...withBlocks(told, 'avif', () => blocksOf(origin, output.metadata, { format: 'avif' })),
      info: made.info,
    }
  })
  return {
    name,
    data: written.data,
    width: info.width,
    height: info.height,
    format: 'avif',
    contentType: contentTypes.avif,
    frames: 1,
    notes: [...target.notes, ...written.lost],
  }
}

/** What a pass gives, in 16 bits, for the next one. */
async function held(pipeline: Sharp): Promise<Sharp> {
  const { data, info } = await guarded('decode', () =>
    pipeline.raw({ depth: 'ushort' }).toBuffer({ resolveWithObject: true }),
  )
  const { width, height, channels } = info
  const values = new Uint16Array(data.buffer, data.byteOffset, data.byteLength / 2)
  return sharp(values, { raw: { width, height, channels }, limitInputPixels: false })
}
