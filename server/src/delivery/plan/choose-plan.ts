import type { MetadataPolicy, OutputFormat } from '@rendition/contract/recipe'
import type { DeliveryConfig } from '../config.ts'
import { acceptedFormats } from '../request/accept.ts'
import type { Admitted } from '../request/admit.ts'
import type { KnownImage } from '../request/known-images.ts'
import { chooseFormat, type FormatChoice } from './choose-format.ts'
import { isOfVersion, type Plan, type PlanSource, planOf, type RenditionPlan } from './plan.ts'
import { mayBeTransparent } from './transparency.ts'

/** What is to be sent. */
export interface Choice<P extends Plan = Plan> {
  plan: P
  /** The URL names a version, and nothing else decides the bytes, now or when a better format is made: they never change. */
  fixed: boolean
  /** null when the URL named the format or none. */
  negotiated: FormatChoice | null
  /** The better format that this client takes and nobody has made yet, where it will be made. */
  wish: AvifWish | null
}

/** A format that is made for next time, and how it is asked for. */
export interface AvifWish {
  /** Counts somebody who takes AVIF and was answered without it; has it made once that is often enough. */
  ask(): void
  /** It is there: the next one gets it. */
  readonly made: boolean
}

export interface ChooseOptions {
  images: PlanSource
  config: DeliveryConfig
  /** Which of what could be sent exists. */
  avif: {
    exists(plan: RenditionPlan): Promise<boolean>
    wish(plan: RenditionPlan, image: KnownImage): AvifWish | null
  }
}

/** From what is asked to the recipe and its key, in a format that the client takes. No pixels yet. */
export async function choosePlan(
  admitted: Admitted,
  accept: string | undefined,
  { images, avif, config }: ChooseOptions,
): Promise<Choice> {
  const { image, version, query } = admitted
  const most = mostMetadata(admitted, config)
  const inForce = images.presets()
  const planIn: PlanIn = (format) => planOf(query, image.facts, version, format, images, most)
  const choice =
    query.request.format === 'auto'
      ? await negotiate(admitted, accept, planIn, avif)
      : { plan: await planIn(undefined), negotiated: null, wish: null }
  const fixed =
    query.request.version !== undefined &&
    isOfVersion(choice.plan) &&
    choice.wish === null &&
    isOfSet(query.request, inForce) &&
    // Others that came in force meanwhile may have made a part of the choice
    (query.request.preset === undefined || inForce.version === images.presets().version)
  return { ...choice, fixed }
}

/** The owner has all of it, whoever holds a signed URL and everybody else what the installation says. */
function mostMetadata(
  { stranger, audience }: Pick<Admitted, 'stranger' | 'audience'>,
  { metadataPublic, metadataSigned }: ChooseOptions['config'],
): MetadataPolicy {
  if (stranger) return metadataPublic
  return audience === 'caller' ? 'keep' : metadataSigned
}

/** Whether a URL with a preset names the set that is in force: of another set its picture may be another. */
export const isOfSet = (
  { preset, set = 1 }: Admitted['query']['request'],
  { version }: ReturnType<PlanSource['presets']>,
): boolean => preset === undefined || preset === 'original' || version === null || version === set

type PlanIn = (format: OutputFormat | undefined) => Promise<Plan>

/** `format=auto`. */
async function negotiate(
  { image, version, query }: Admitted,
  accept: string | undefined,
  planIn: PlanIn,
  avif: ChooseOptions['avif'],
): Promise<Omit<Choice, 'fixed'>> {
  const accepted = acceptedFormats(accept)
  const animated = version.original.frames > 1 && query.recipe.output.frame === undefined
  const inAvif = accepted.avif && !animated ? await planIn('avif') : null
  const avifPlan = inAvif?.kind === 'rendition' ? inAvif : null
  if (avifPlan !== null && (await avif.exists(avifPlan))) {
    const negotiated = chooseFormat(accepted, { animated, transparent: false, avifExists: true })
    return { plan: avifPlan, negotiated, wish: null }
  }
  const inWebp = await planIn('webp')
  // The steps are the same in every format.
  const recipe = inWebp.kind === 'rendition' ? inWebp.recipe : null
  const transparent = mayBeTransparent(recipe, version.original.hasAlpha)
  const negotiated = chooseFormat(accepted, { animated, transparent, avifExists: false })
  const plan = negotiated.format === 'webp' ? inWebp : await planIn(negotiated.format)
  return { plan, negotiated, wish: avifPlan === null ? null : avif.wish(avifPlan, image) }
}
