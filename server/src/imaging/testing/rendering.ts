import {
  type OperationInput,
  parseParameters,
  parseRecipe,
  type RecipeInput,
} from '@rendition/contract/recipe'
import sharp from 'sharp'
import { type Canvas, canvasOf } from '../pixels/canvas.ts'
import { render } from '../render.ts'
import type { RenderedOutput, RenderRequest } from '../types.ts'
import { limits } from './sources.ts'

/** One output of a source, by recipe or by query. */
export async function renderOne(
  bytes: Uint8Array,
  wanted: RecipeInput | string,
  more: Partial<RenderRequest> = {},
): Promise<RenderedOutput> {
  const recipe =
    typeof wanted === 'string' ? parseParameters(new URLSearchParams(wanted)).recipe : parseRecipe(wanted)
  const { outputs } = await render({ source: { bytes }, outputs: [{ name: 'one', recipe }], limits, ...more })
  const [output] = outputs
  if (!output) throw new Error('There is no output.')
  return output
}

/** The pixels of a picture file as they are stored: nothing turned, no profile applied. */
export async function decoded(data: Uint8Array): Promise<Canvas> {
  const raw = await sharp(data, { ignoreIcc: true })
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true })
  return canvasOf(raw.data, raw.info, raw.info.channels, false)
}

/** The pixels that steps make of a source. */
export async function pixelsOf(
  bytes: Uint8Array,
  steps: OperationInput[],
  more: Partial<RenderRequest> = {},
): Promise<Canvas> {
  const { data } = await renderOne(bytes, { steps, output: { format: 'png' } }, more)
  return decoded(data)
}

/** One pixel: red, green, blue and, where there is one, alpha. */
export function pixelAt({ data, width, channels }: Canvas, x: number, y: number): number[] {
  const at = (y * width + x) * channels
  return [...data.subarray(at, at + channels)]
}
