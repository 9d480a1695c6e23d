import { inputsOf, type Presets, type Recipe } from '@rendition/contract/recipe'
import type { ImageFacts, Preset, RenditionKeyOf, SettleRecipe, VersionFacts } from '../types.ts'
import { composeRecipe } from './compose-recipe.ts'

/** A preset applied to one version. */
export interface PresetRendition {
  name: string
  /** From the original. */
  recipe: Recipe
  /** The same before its curve decided about the quality. */
  open: Recipe
  key: string
}

/** Presets by name without `original`, which is the stored bytes themselves. Throws on unusable ones. */
export function readPresets(presets: Presets): ReadonlyMap<string, Preset> {
  const map = new Map<string, Preset>()
  for (const [name, recipe] of Object.entries(presets)) {
    if (name === 'original') continue
    if (inputsOf(recipe).imageIds.length > 0) {
      throw new Error(`the preset ${name} lays an image over: that image would have to belong to everybody`)
    }
    map.set(name, { name, recipe })
  }
  return map
}

/** By what presets become renditions of a version. */
export interface PresetRules {
  keyOf: RenditionKeyOf
  settle: SettleRecipe
}

/** What the presets are for a version: recipes from its original and their keys. */
export function presetRenditions(
  presets: ReadonlyMap<string, Preset>,
  image: Pick<ImageFacts, 'focalPoint'>,
  version: VersionFacts,
  { keyOf, settle }: PresetRules,
): PresetRendition[] {
  return [...presets.values()].flatMap(({ name, recipe }) => {
    const whole = composable(version.recipe, recipe)
    if (whole === null) return []
    const { recipe: settled, open } = settle(version, whole, true)
    return [{ name, recipe: settled, open, key: keyOf(version, settled, image.focalPoint, version.assets) }]
  })
}

/** null when the version's history leaves no room for the preset's steps. */
function composable(base: Recipe | null, next: Recipe): Recipe | null {
  try {
    return composeRecipe(base, next)
  } catch {
    return null
  }
}
