import {
  inputsOf,
  isUntouched,
  type MetadataPolicy,
  metadataPolicySchema,
  type OutputFormat,
  type ParsedParameters,
  type Presets,
  type Recipe,
  resolve,
  withPreset,
} from '@rendition/contract/recipe'
import {
  type Asset,
  composeRecipe,
  type ImageFacts,
  type ImageReader,
  type PresetSet,
  type VersionFacts,
} from '../../images/index.ts'
import type { QualityChoice } from '../../rendering/port.ts'

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
  /** How its quality was found, where it was left open. */
  quality: QualityChoice | null
  /** Its original was not measured yet, and its quality waits for that. */
  unmeasured: boolean
}

export interface OriginalPlan {
  kind: 'original'
  facts: ImageFacts
  version: VersionFacts
}

export type Plan = RenditionPlan | OriginalPlan
export type PlanSource = Pick<ImageReader, 'presets' | 'assets' | 'renditionKey' | 'checkFaces' | 'settle'>

/**
 * What a request asks of one version: the stored bytes, or a recipe with its key. `format` stands for `auto`; of metadata a
 * rendition keeps at `most` so much, whatever the request, a preset or the version's edit says.
 * Throws `invalid_recipe` for what cannot be asked for.
 */
export async function planOf(
  parsed: ParsedParameters,
  facts: ImageFacts,
  version: VersionFacts,
  format: OutputFormat | undefined,
  images: PlanSource,
  most: MetadataPolicy,
): Promise<Plan> {
  const settled = format === undefined ? parsed : resolve(parsed, { format })
  const asked = withPreset(settled, recipesOf(images.presets()))
  const given = (recipe: Recipe): Recipe => withAtMost(most, recipe)
  const original: OriginalPlan = { kind: 'original', facts, version }
  if (parsed.request.preset === 'original' && isUntouched(asked)) return original
  const nothing = parsed.request.preset === undefined && !settled.transforms
  // `metadata=keep` alone asks for what is there already, where it may have all of it
  if (version.recipe === null && (nothing || isUntouched(given(asked)))) return original
  if (nothing && version.recipe !== null)
    return planRendition(facts, version, given(version.recipe), given(asked), images)
  const left = parsed.request.preset !== undefined || parsed.request.format === 'auto'
  const { recipe, choice, unmeasured } = images.settle(
    version,
    given(composeRecipe(version.recipe, asked)),
    left,
  )
  const plan = await planRendition(facts, version, recipe, given(asked), images)
  return { ...plan, quality: choice, unmeasured }
}

/** By set: a picture is planned up to three times, and a set may have fifty. */
const recipes = new WeakMap<PresetSet, Presets>()

function recipesOf(set: PresetSet): Presets {
  const known = recipes.get(set)
  if (known !== undefined) return known
  const found = Object.fromEntries([...set.presets].map(([name, { recipe }]) => [name, recipe]))
  recipes.set(set, found)
  return found
}

const policies = metadataPolicySchema.options

function withAtMost(most: MetadataPolicy, recipe: Recipe): Recipe {
  const { metadata } = recipe.output
  if (policies.indexOf(metadata) <= policies.indexOf(most)) return recipe
  return { ...recipe, output: { ...recipe.output, metadata: most } }
}

/** The same for a recipe that is known already. */
export async function planRendition(
  facts: ImageFacts,
  version: VersionFacts,
  recipe: Recipe,
  asked: Recipe,
  images: Pick<PlanSource, 'assets' | 'renditionKey' | 'checkFaces'>,
): Promise<RenditionPlan> {
  images.checkFaces(recipe)
  const laid = inputsOf(recipe).imageIds.length > 0
  const assets = laid ? await images.assets(version, facts.ownerId, recipe) : []
  const key = images.renditionKey(version, recipe, facts.focalPoint, assets)
  return { kind: 'rendition', key, facts, version, recipe, asked, assets, quality: null, unmeasured: false }
}

/** Ids of images that the picture shows as they are now, which may change without this one changing. */
export const othersOf = ({ assets, version }: RenditionPlan): string[] =>
  assets
    .map(({ imageId }) => imageId)
    .filter((imageId) => !version.assets.some((asset) => asset.imageId === imageId))

/** Whether the version alone decides the bytes: the focal point is the image's, and another image is its own. */
export const isOfVersion = (plan: Plan): boolean =>
  plan.kind === 'original' || !(othersOf(plan).length > 0 || inputsOf(plan.recipe).focalPoint)
