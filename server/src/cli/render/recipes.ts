import { Failure } from '@rendition/contract'
import {
  isUntouched,
  type ParameterName,
  type Presets,
  parseParameters,
  type Recipe,
  untouched,
  withPreset,
} from '@rendition/contract/recipe'
import type { ImagesConfig } from '../../images/index.ts'
import { type Option, UsageError } from '../command.ts'

type DefaultQuality = ImagesConfig['quality']

/** One picture to make of every file. */
export interface Wanted {
  /** Goes into the file name: the preset; null where one recipe is made of the parameters alone. */
  name: string | null
  recipe: Recipe
}

/** Parameters that a command line has no use for: of a URL alone, or of an image that the service holds. */
type OfService = 'preset' | 'set' | 'v' | 'download' | 'exp' | 'sig' | 'share' | 'watermarkImage'

/** All other parameters of the service as options: `watermarkText` is `--watermark-text`. */
const parameters = {
  width: { value: 'PIXELS', description: 'Width.' },
  height: { value: 'PIXELS', description: 'Height.' },
  dpr: { value: 'FACTOR', description: 'Multiplies width and height.' },
  fit: { value: 'WORD', description: 'cover, contain, inside, outside, fill.' },
  gravity: { value: 'WORD', description: 'What stays when cutting: centre, north, …, attention, entropy.' },
  enlarge: { value: 'BOOL', description: 'false: never make a picture larger.' },
  redact: { value: 'X,Y,W,H,HOW,N', description: 'A region made unreadable: pixelate or blur, 2 to 100.' },
  crop: { value: 'X,Y,W,H', description: 'Part of the upright picture.' },
  trim: { value: 'LEVEL', description: 'Cut a plain border away; true, or the threshold.' },
  rotate: { value: 'DEGREES', description: 'Clockwise; --rotate=-90 for the other way.' },
  flip: { description: 'Top to bottom.' },
  mirror: { description: 'Left to right.' },
  pad: { value: 'PIXELS', description: 'Space around; 1, 2 or 4 numbers with commas.' },
  background: { value: 'COLOUR', description: 'Of padding and of what is transparent.' },
  radius: { value: 'PIXELS', description: 'Of the corners; max for a circle.' },
  grayscale: { description: 'No colours.' },
  negate: { description: 'Opposite colours.' },
  tint: { value: 'COLOUR', description: 'One colour.' },
  brightness: { value: 'FACTOR', description: '1 changes nothing.' },
  saturation: { value: 'FACTOR', description: '1 changes nothing.' },
  contrast: { value: 'FACTOR', description: '1 changes nothing.' },
  hue: { value: 'DEGREES', description: 'Turns the colours.' },
  gamma: { value: 'NUMBER', description: 'More lightens the middle tones.' },
  blur: { value: 'SIGMA', description: 'In pixels.' },
  sharpen: { value: 'SIGMA', description: 'In pixels, or true.' },
  watermarkText: { value: 'TEXT', description: 'Written over the picture.' },
  watermarkPosition: { value: 'PLACE', description: 'centre, southeast, …, or X,Y as shares.' },
  watermarkOpacity: { value: 'SHARE', description: '0 to 1.' },
  watermarkSize: { value: 'SHARE', description: 'Of the picture, 0.01 to 1.' },
  watermarkColor: { value: 'COLOUR', description: 'Of the text.' },
  watermarkTile: { description: 'All over the picture.' },
  steps: { value: 'JSON', description: 'Operations in an order of your own, instead of those above.' },
  format: { value: 'FORMAT', description: "jpeg, png, webp, avif, gif, tiff; the file's own by default." },
  quality: {
    value: '1-100',
    description: 'Of lossy formats; auto, auto:best, auto:good, auto:eco: measured.',
  },
  compress: { value: '0-100', description: 'In place of quality: 100 is the smallest file.' },
  lossless: { description: 'WebP and AVIF without loss.' },
  progressive: { description: 'JPEG and PNG that appear in steps.' },
  metadata: { value: 'WORD', description: 'strip, copyright, keep.' },
  gamut: { value: 'WORD', description: 'srgb; p3 keeps wide colours, with their profile.' },
  hdr: { value: 'WORD', description: 'keep: PQ and HLG stay, in AVIF; off: no gain map.' },
  frame: { value: 'NUMBER', description: 'One frame of an animation, from 0.' },
  maxBytes: { value: 'BYTES', description: 'The file has no more; quality is lowered for it.' },
} as const satisfies Readonly<Record<Exclude<ParameterName, OfService>, Option>>

export const recipeOptions: Readonly<Record<string, Option>> = {
  preset: { value: 'NAMES', description: 'Comma-separated. All presets when nothing is asked for.' },
  ...Object.fromEntries(Object.entries(parameters).map(([name, option]) => [optionOf(name), option])),
}

/** `--watermark-text` for `watermarkText`. */
function optionOf(parameter: string): string {
  return parameter.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}

/** What to make of each file. Throws UsageError with the option at fault. */
export function wantedRecipes(
  values: Readonly<Record<string, string | true>>,
  presets: Presets,
  outputSide: number,
  quality: DefaultQuality,
): Wanted[] {
  const bag = Object.fromEntries(
    Object.keys(parameters)
      .map((name) => [name, values[optionOf(name)]] as const)
      .filter(([, value]) => value !== undefined),
  )
  const { preset } = values
  try {
    if (preset === undefined && Object.keys(bag).length > 0) {
      return [{ name: null, recipe: parseParameters(bag, { outputSide }).recipe }]
    }
    const names =
      typeof preset === 'string' ? preset.split(',') : [...new Set([...Object.keys(presets), 'original'])]
    const known = { ...presets, original: untouched }
    return [...new Set(names.map((name) => name.trim()))].map((name) => ({
      name,
      recipe: leftToMeasure(
        withPreset(parseParameters({ ...bag, preset: name }, { outputSide }), known),
        quality,
      ),
    }))
  } catch (error) {
    throw asUsage(error, presets)
  }
}

/** A preset that names no quality is as near to its pixels as the installation says, as in the service. */
function leftToMeasure(recipe: Recipe, quality: DefaultQuality): Recipe {
  const { output } = recipe
  if (quality === 'fixed' || output.quality !== undefined || output.lossless || isUntouched(recipe))
    return recipe
  return { ...recipe, output: { ...output, quality: `auto:${quality}` } }
}

function asUsage(error: unknown, presets: Presets): unknown {
  if (!(error instanceof Failure)) return error
  const [fault] = error.errors ?? []
  if (fault === undefined) return new UsageError(error.detail)
  const option = optionOf(fault.path)
  const hint = option === 'preset' ? `; there are ${Object.keys({ ...presets, original: 0 }).join(', ')}` : ''
  return new UsageError(`--${option} ${fault.message}${hint}`)
}
