import type { OutputFormat } from '@rendition/contract/recipe'
import type { VersionFacts } from '../images/index.ts'
import type { UrlSigner } from '../platform/signing/index.ts'
import { type Audience, isOpen, noSuchImage, openPrivate, openPublic } from './access.ts'
import type { Ask } from './ask.ts'
import type { Avif } from './avif.ts'
import type { DeliveryConfig } from './config.ts'
import type { Facts, KnownImage } from './facts.ts'
import { acceptedFormats, chooseFormat, type FormatChoice } from './negotiation.ts'
import { isOfVersion, type Plan, type PlanSource, planOf } from './plan.ts'
import { mayBeTransparent } from './transparency.ts'
import { type Query, readQuery, settleHints, type Understood } from './understand.ts'

export interface DecideOptions {
  facts: Facts
  avif: Avif
  signer: Pick<UrlSigner, 'verify'>
  images: PlanSource
  config: DeliveryConfig
}

/** What a URL means for this caller. */
export interface Decision {
  plan: Plan
  image: KnownImage
  understood: Understood
  audience: Audience
  /** Anyone may have it, without a signature. */
  open: boolean
  /** The URL names a version, and nothing else decides the bytes: they never change. */
  fixed: boolean
  /** Unix seconds; null when the URL is not signed. */
  expiresAt: number | null
  /** null when the URL named the format or none. */
  choice: FormatChoice | null
}

const idPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** From a URL to what is to be sent: who may have it, which version, which recipe, which format. No pixels yet. */
export async function decide(
  ask: Pick<Ask, 'imageId' | 'query' | 'caller' | 'accept' | 'hints'>,
  options: DecideOptions,
): Promise<Decision> {
  // First, so that a forged URL costs one hash and nothing is learned from how the rest would have gone.
  const verdict = options.signer.verify(ask.imageId, ask.query)
  const image = idPattern.test(ask.imageId) ? await options.facts.get(ask.imageId) : null
  if (image === null) throw noSuchImage()
  const { facts } = image
  const hidden = facts.visibility === 'private' ? await openPrivate(facts, verdict, ask.caller) : null
  const query = readQuery(ask.query, options.config)
  const open = hidden === null && isOpen(query.parsed, options.config.ladder, query.autoDpr)
  const audience = hidden ?? (await openPublic(facts, verdict, open, ask.caller))
  const version = await options.facts.version(facts.id, query.parsed.request.version ?? facts.version)
  if (version === null) throw noSuchImage()
  const understood = settleHints(query, ask.hints, version.width, options.config)
  const { plan, choice } = await settleFormat(query, understood, image, version, ask.accept, options)
  const fixed = query.parsed.request.version !== undefined && isOfVersion(plan)
  return { plan, image, understood, audience, open, fixed, expiresAt: verdict.expiresAt, choice }
}

async function settleFormat(
  query: Query,
  { parsed }: Understood,
  image: KnownImage,
  version: VersionFacts,
  accept: string | undefined,
  options: DecideOptions,
): Promise<{ plan: Plan; choice: FormatChoice | null }> {
  const planned = (format: OutputFormat | undefined) =>
    planOf(parsed, image.facts, version, format, options.images)
  if (query.parsed.request.format !== 'auto') return { plan: await planned(undefined), choice: null }
  const accepted = acceptedFormats(accept)
  const animated = version.original.frames > 1 && parsed.recipe.output.frame === undefined
  const avif = accepted.avif && !animated ? await planned('avif') : null
  const avifExists = avif?.kind === 'rendition' && (await options.avif.exists(avif))
  const neutral = avif ?? (await planned('webp'))
  const recipe = neutral.kind === 'rendition' ? neutral.recipe : null
  const transparent = mayBeTransparent(recipe, version.original.hasAlpha)
  const choice = chooseFormat(accepted, { animated, transparent, avifExists })
  if (avif?.kind === 'rendition' && !avifExists) options.avif.later(avif, image)
  return { plan: choice.format === 'avif' && avif !== null ? avif : await planned(choice.format), choice }
}
