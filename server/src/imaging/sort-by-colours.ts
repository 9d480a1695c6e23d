import type { Operation, OutputFormat } from '@rendition/contract/recipe'
import { renderHdr } from './hdr.ts'
import { openHdr, openInP3 } from './open-wide.ts'
import type { Origin } from './origin.ts'
import { inP3 } from './pixels/p3.ts'
import type { RunContext } from './run.ts'
import type { StillOutput, StillRequest } from './still.ts'
import type { RenderRequest } from './types.ts'

interface Sorting extends Pick<StillRequest, 'origin' | 'standing' | 'attempt'> {
  request: RenderRequest
  context: RunContext
}

/** Outputs by the colours they are made in. What keeps HDR is made here; what cannot is made as if nobody had asked, with a note. */
export async function sortByColours(
  outputs: readonly StillOutput[],
  { request, origin, standing, context, attempt }: Sorting,
): Promise<{ plain: StillOutput[]; wide: { origin: Origin; outputs: StillOutput[] } | null }> {
  const { source, limits } = request
  const plain: StillOutput[] = []
  const wide: StillOutput[] = []
  const wants = (of: (output: StillOutput) => boolean) => outputs.some(of)
  const hdr = wants(({ recipe }) => recipe.output.hdr === 'keep') ? await openHdr(source, limits) : null
  const p3 = wants(({ recipe }) => recipe.output.gamut === 'p3')
    ? await openInP3(source, origin, limits)
    : null
  for (const output of outputs) {
    const { gamut, hdr: kept } = output.recipe.output
    const sorted = (more: string | null): void => {
      const one = more === null ? output : noted(output, more)
      if (gamut !== 'p3' || p3 === null) plain.push(one)
      else if (!holdsProfile(one.target.format)) plain.push(noted(one, noProfile(one.target.format)))
      else wide.push({ ...one, recipe: { ...one.recipe, steps: one.recipe.steps.map(meantInP3) } })
    }
    if (kept !== 'keep' || hdr === null) sorted(null)
    else if (output.target.format !== 'avif') sorted(noHdr(output.target.format))
    else
      await attempt(output.name, async () => {
        const made = await renderHdr(output, hdr, standing, context)
        if (made === null) sorted(colourful)
        return made
      })
  }
  return { plain, wide: p3 && wide.length > 0 ? { origin: p3, outputs: wide } : null }
}

function noted(output: StillOutput, note: string): StillOutput {
  return { ...output, target: { ...output.target, notes: [...output.target.notes, note] } }
}

const holdsProfile = (format: OutputFormat): boolean => format !== 'gif' && format !== 'tiff'
const noProfile = (format: OutputFormat) => `The colours are sRGB: ${format} files here hold no profile.`
const noHdr = (format: OutputFormat) => `HDR was tone-mapped: ${format} files here hold none, AVIF does.`
const colourful =
  'HDR was tone-mapped: it is kept through cutting, scaling, mirroring and quarter turns alone.'

/** The same operation, its colours in values of P3. Marks are drawn in sRGB and converted as a whole. */
function meantInP3(step: Operation): Operation {
  switch (step.op) {
    case 'resize':
    case 'rotate':
    case 'pad':
      return { ...step, background: inP3(step.background) }
    case 'tint':
    case 'background':
      return { ...step, color: inP3(step.color) }
    case 'redact':
    case 'crop':
    case 'trim':
    case 'flip':
    case 'mirror':
    case 'radius':
    case 'blur':
    case 'sharpen':
    case 'grayscale':
    case 'negate':
    case 'modulate':
    case 'contrast':
    case 'gamma':
    case 'watermark':
      return step
  }
}
