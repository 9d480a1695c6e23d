import type { Explanation } from '@rendition/contract'
import { isPassing } from '@rendition/contract/delivery'
import { canonical, formatQuery, untouched } from '@rendition/contract/recipe'
import type { PresetSet } from '../../images/index.ts'
import { queryPairs, type UrlSigner } from '../../platform/signing/index.ts'
import type { DeliveryConfig } from '../config.ts'
import { type Choice, type ChooseOptions, choosePlan, isOfSet } from '../plan/choose-plan.ts'
import { chooseSource } from '../plan/choose-source.ts'
import { isOfVersion, type RenditionPlan } from '../plan/plan.ts'
import type { Renditions } from '../renditions/find-or-render.ts'
import { mayReadPictures } from '../request/access.ts'
import { type AdmitOptions, type Admitted, admit } from '../request/admit.ts'
import { gamutHints } from '../request/hints.ts'
import type { PictureRequest } from '../request/picture-request.ts'
import { cacheControl } from './cache-control.ts'

export interface ExplainOptions extends AdmitOptions, ChooseOptions {
  signer: UrlSigner
  renditions: Pick<Renditions, 'peek'>
  config: DeliveryConfig
}

/** How a delivery URL is understood, without making anything. Throws what the URL itself would be answered with. */
export async function explain(request: PictureRequest, options: ExplainOptions): Promise<Explanation> {
  const admitted = await admit(request, options)
  const choice = await choosePlan(admitted, request.accept, options)
  const { plan, negotiated, fixed } = choice
  const { version } = admitted
  const { facts } = admitted.image
  const recipe = plan.kind === 'rendition' ? plan.recipe : untouched
  const source = plan.kind === 'rendition' ? chooseSource(version, recipe, options.config.levels) : null
  // On a public original the credential alone opens what strangers do not get: its URL is signed as one of a private image
  const guest = admitted.audience === 'shared'
  const own =
    plan.kind === 'original' && admitted.stranger && !guest && mayReadPictures(await request.caller(), facts)
  const opened: Admitted = own ? { ...admitted, open: false, audience: 'caller' } : admitted
  const url = addressOf(request, opened, options.signer)
  const known = plan.kind === 'rendition' ? await options.renditions.peek(plan) : null
  return {
    imageId: facts.id,
    version: version.version,
    kind: plan.kind,
    steps: recipe.steps.map((step) => ({ ...step })),
    output: { ...recipe.output },
    canonical: canonical(recipe),
    query: plan.kind === 'rendition' ? formatQuery(plan.asked) : 'preset=original',
    key: plan.kind === 'rendition' ? plan.key : null,
    url,
    source: {
      kind: source?.kind ?? 'original',
      width: source?.width ?? version.original.width,
      height: source?.height ?? version.original.height,
      why: source?.why ?? 'The stored bytes are sent as they are.',
    },
    format: {
      name: plan.kind === 'original' ? version.original.format : (recipe.output.format ?? null),
      negotiated: negotiated !== null,
      why: negotiated?.why ?? whyFormat(choice),
    },
    quality: plan.kind === 'rendition' ? qualityOf(plan) : null,
    cache: {
      layer: known === null || known.layer === 'render' ? 'none' : known.layer,
      cacheControl: cacheControl(
        {
          audience: guest ? 'shared' : facts.visibility === 'public' ? 'public' : 'signed',
          fixed,
          remainingSeconds: null,
        },
        options.config,
      ),
    },
    access: admitted.open ? 'open' : 'signature',
    warnings: warningsOf(admitted, choice, options.images.presets()),
  }
}

/**
 * The URL to paste, with the parameters as they were given. Signed only for whom a credential lets in: who came by a
 * signature gets that URL back, or one signature would give the next for ever.
 */
function addressOf(
  request: PictureRequest,
  { image, query, audience, open }: Admitted,
  signer: UrlSigner,
): string {
  const bare = open || audience === 'caller' ? ['v', 'exp', 'sig'] : ['v']
  const given = queryPairs(request.query).filter(([name]) => !bare.includes(name) && !isPassing(name))
  const { version } = query.request
  const address = {
    imageId: image.facts.id,
    query: Object.fromEntries(given),
    ...(version === undefined ? {} : { version }),
  }
  return !open && audience === 'caller' ? signer.signedUrl(address) : signer.plainUrl(address)
}

function qualityOf({ quality, recipe }: RenditionPlan): Explanation['quality'] {
  if (quality !== null) return { value: quality.quality, target: quality.target, why: quality.why }
  const value = typeof recipe.output.quality === 'number' ? recipe.output.quality : null
  const why =
    value === null ? 'No quality was named: what the format has by default.' : 'The recipe names it.'
  return { value, target: null, why }
}

function whyFormat({ plan }: Choice): string {
  if (plan.kind === 'original') return 'The original keeps its own format.'
  return plan.recipe.output.format === undefined
    ? "No format was named: the original's own, where browsers show it."
    : 'The recipe names it.'
}

function warningsOf({ query }: Admitted, { plan }: Choice, inForce: PresetSet): string[] {
  const warnings: string[] = []
  if (!isOfVersion(plan)) {
    warnings.push(
      'The focal point or another image may change the picture: the answer is kept for a short time only, even with v.',
    )
  } else if (query.request.version === undefined) {
    warnings.push('Without v the answer is kept for a short time only; with v it is kept for a year.')
  } else if (!isOfSet(query.request, inForce)) {
    warnings.push(
      `The presets were changed: the answer is kept for a short time only; with set=${inForce.version} for a year.`,
    )
  }
  if (query.consulted.some((name) => name === gamutHints[0])) {
    warnings.push(
      `gamut=auto goes by ${gamutHints.join(' or ')}, which no browser sends by itself: in a page, <source media="(color-gamut: p3)"> chooses.`,
    )
  }
  if (plan.kind === 'original') return warnings
  const { version, asked } = plan
  const enlarged = asked.steps.some(
    (step) =>
      step.op === 'resize' &&
      step.enlarge &&
      ((step.width ?? 0) > version.width || (step.height ?? 0) > version.height),
  )
  if (enlarged) warnings.push(`The picture has ${version.width} × ${version.height} pixels and is enlarged.`)
  if (plan.recipe.output.format === 'avif') {
    warnings.push('AVIF takes several times longer to make than WebP; format=auto serves it once it exists.')
  }
  if (version.original.frames > 1 && plan.recipe.output.format === 'jpeg') {
    warnings.push('The picture moves, and JPEG keeps one frame.')
  }
  return warnings
}
