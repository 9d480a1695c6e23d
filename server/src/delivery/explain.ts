import type { Explanation } from '@rendition/contract'
import { canonical, formatQuery, untouched } from '@rendition/contract/recipe'
import type { UrlSigner } from '../platform/signing/index.ts'
import type { Ask } from './ask.ts'
import { cacheControl } from './cache-control.ts'
import { type DecideOptions, type Decision, decide } from './decide.ts'
import { isOfVersion } from './plan.ts'
import type { Renditions } from './renditions.ts'
import { chooseSource } from './sources.ts'

export interface ExplainOptions extends DecideOptions {
  signer: UrlSigner
  renditions: Renditions
}

/** How a delivery URL is understood, without making anything. Throws what the URL itself would be answered with. */
export async function explain(
  ask: Pick<Ask, 'imageId' | 'query' | 'caller' | 'accept' | 'hints'>,
  options: ExplainOptions,
): Promise<Explanation> {
  const decision = await decide(ask, options)
  const { plan, choice, open, fixed } = decision
  const { facts, version } = plan
  const recipe = plan.kind === 'rendition' ? plan.recipe : untouched
  const source = plan.kind === 'rendition' ? chooseSource(version, recipe) : null
  const url = addressOf(ask, decision, options.signer)
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
      negotiated: choice !== null,
      why: choice?.why ?? whyFormat(decision),
    },
    cache: {
      layer: known === null || known.layer === 'render' ? 'none' : known.layer,
      cacheControl: cacheControl(
        {
          audience: facts.visibility === 'public' ? 'public' : 'signed',
          fixed,
          remainingSeconds: null,
        },
        options.config,
      ),
    },
    access: open ? 'open' : 'signature',
    warnings: warningsOf(decision),
  }
}

/**
 * The URL to paste, with the parameters as they were given. Signed only for whom a credential lets in: who came by a
 * signature gets that URL back, or one signature would give the next for ever.
 */
function addressOf(
  ask: Pick<Ask, 'query'>,
  { plan, understood, audience, open }: Decision,
  signer: UrlSigner,
): string {
  const bare = open || audience === 'caller' ? ['v', 'exp', 'sig'] : ['v']
  const given = [...new URLSearchParams(ask.query)].filter(([name]) => !bare.includes(name))
  const { version } = understood.parsed.request
  const request = {
    imageId: plan.facts.id,
    query: Object.fromEntries(given),
    ...(version === undefined ? {} : { version }),
  }
  return !open && audience === 'caller' ? signer.signedUrl(request) : signer.plainUrl(request)
}

function whyFormat({ plan }: Decision): string {
  if (plan.kind === 'original') return 'The original keeps its own format.'
  return plan.recipe.output.format === undefined
    ? "No format was named: the original's own, where browsers show it."
    : 'The recipe names it.'
}

function warningsOf({ plan, understood }: Decision): string[] {
  const warnings: string[] = []
  if (!isOfVersion(plan)) {
    warnings.push(
      'The focal point or another image may change the picture: the answer is kept for a short time only, even with v.',
    )
  } else if (understood.parsed.request.version === undefined) {
    warnings.push('Without v the answer is kept for a short time only; with v it is kept for a year.')
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
