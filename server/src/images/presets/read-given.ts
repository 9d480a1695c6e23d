import { Failure, type Fault, isFailure } from '@rendition/contract'
import {
  type GivenPreset,
  inputsOf,
  type Presets,
  parseParameters,
  type Recipe,
} from '@rendition/contract/recipe'
import type { Rendering } from '../../rendering/port.ts'
import { checkFaces } from '../renditions/faces.ts'

export interface PresetRules {
  rendering: Pick<Rendering, 'faceDetector'>
  /** Longest side of a result, in pixels. */
  outputSide: number
}

/** The recipes of a set that somebody sent, in their order. Throws `invalid_recipe` with the path of every fault. */
export function readGiven(given: readonly GivenPreset[], rules: PresetRules): Presets {
  const faults: Fault[] = []
  const read = given.map((one, index): [string, Recipe | null] => {
    const at = `presets.${index}`
    try {
      const recipe = recipeOf(one, rules.outputSide)
      faults.push(
        ...faultsOf(recipe, rules).map((message) => ({ path: at, message: `${one.name} ${message}` })),
      )
      return [one.name, recipe]
    } catch (error) {
      if (!isFailure(error, 'invalid_recipe')) throw error
      const inner = error.errors ?? [{ path: '', message: error.detail }]
      faults.push(...inner.map(({ path, message }) => ({ path: `${at}.parameters.${path}`, message })))
      return [one.name, null]
    }
  })
  if (faults.length > 0) throw new Failure('invalid_recipe', undefined, { errors: faults })
  return Object.fromEntries(read.flatMap(([name, recipe]) => (recipe === null ? [] : [[name, recipe]])))
}

function recipeOf({ recipe, parameters }: GivenPreset, outputSide: number): Recipe {
  if (recipe !== undefined) return recipe
  const parsed = parseParameters(parameters ?? {}, { outputSide })
  const { preset, version, set, download, exp, sig, share, format, width, gamut } = parsed.request
  const ofRequest = { preset, v: version, set, download, exp, sig, share, format, width, gamut }
  const faults = Object.entries(ofRequest)
    .filter(([, value]) => value !== undefined)
    .map(([path, value]) => ({
      path,
      message:
        value === 'auto'
          ? 'auto is decided for each request, not by a preset'
          : 'is of a URL, not of a preset',
    }))
  if (faults.length > 0) throw new Failure('invalid_recipe', undefined, { errors: faults })
  return parsed.recipe
}

function faultsOf(recipe: Recipe, { rendering, outputSide }: PresetRules): string[] {
  const faults: string[] = []
  if (inputsOf(recipe).imageIds.length > 0) {
    faults.push('lays an image over: that image would have to belong to everybody')
  }
  const sides = recipe.steps.flatMap((step) =>
    step.op === 'resize' ? [step.width ?? 0, step.height ?? 0] : [],
  )
  if (Math.max(0, ...sides) > outputSide) faults.push(`is larger than ${outputSide} pixels (MAX_OUTPUT_SIDE)`)
  try {
    checkFaces(recipe, rendering)
  } catch {
    faults.push('looks for faces, and no detector is installed here (FACES_MODULES)')
  }
  return faults
}
