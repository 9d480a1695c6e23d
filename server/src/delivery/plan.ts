import {
  inputsOf,
  isUntouched,
  type OutputFormat,
  type ParsedParameters,
  type Recipe,
  resolve,
  withPreset,
} from '@rendition/contract/recipe'
import {
  type Asset,
  composeRecipe,
  type ImageFacts,
  type ImageReader,
  type VersionFacts,
} from '../images/index.ts'

/** One rendition, completely decided. */
export interface RenditionPlan {
  kind: 'rendition'
  key: string
  facts: ImageFacts
  version: VersionFacts
  /** From the original. */
  recipe: Recipe
  /** What the request itself asked for, after the version's own steps. */
  asked: Recipe
  assets: readonly Asset[]
}

export interface OriginalPlan {
  kind: 'original'
  facts: ImageFacts
  version: VersionFacts
}

export type Plan = RenditionPlan | OriginalPlan
export type PlanSource = Pick<ImageReader, 'presets' | 'assets' | 'renditionKey'>

/**
 * What a request asks of one version: the stored bytes, or a recipe with its key. `format` stands for `auto`.
 * Throws `invalid_recipe` for what cannot be asked for.
 */
export async function planOf(
  parsed: ParsedParameters,
  facts: ImageFacts,
  version: VersionFacts,
  format: OutputFormat | undefined,
  images: PlanSource,
): Promise<Plan> {
  const settled = format === undefined ? parsed : resolve(parsed, { format })
  const presets = Object.fromEntries([...images.presets].map(([name, { recipe }]) => [name, recipe]))
  const asked = withPreset(settled, presets)
  const original: OriginalPlan = { kind: 'original', facts, version }
  if (parsed.request.preset === 'original' && isUntouched(asked)) return original
  const nothing = parsed.request.preset === undefined && !settled.transforms
  if (nothing && version.recipe === null) return original
  const recipe = nothing && version.recipe !== null ? version.recipe : composeRecipe(version.recipe, asked)
  return planRendition(facts, version, recipe, asked, images)
}

/** The same for a recipe that is known already. */
export async function planRendition(
  facts: ImageFacts,
  version: VersionFacts,
  recipe: Recipe,
  asked: Recipe,
  images: Omit<PlanSource, 'presets'>,
): Promise<RenditionPlan> {
  const laid = inputsOf(recipe).imageIds.length > 0
  const assets = laid ? await images.assets(version, facts.ownerId, recipe) : []
  const key = images.renditionKey(version, recipe, facts.focalPoint, assets)
  return { kind: 'rendition', key, facts, version, recipe, asked, assets }
}

/** Whether the picture depends on another image as it is now, which may change without this one changing. */
export const readsOthers = ({ assets, version }: RenditionPlan): boolean =>
  assets.some((asset) => !version.assets.some(({ imageId }) => imageId === asset.imageId))

/** Whether the version alone decides the bytes: the focal point is the image's, and another image is its own. */
export const isOfVersion = (plan: Plan): boolean =>
  plan.kind === 'original' || !(readsOthers(plan) || inputsOf(plan.recipe).focalPoint)
