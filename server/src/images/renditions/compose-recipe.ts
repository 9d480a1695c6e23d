import { Failure } from '@rendition/contract'
import { type Output, parseRecipe, type Recipe, stepLimit } from '@rendition/contract/recipe'

/**
 * One recipe from the original for `next` applied to a version's picture: the version's steps, then the next ones.
 * So an edit of an edit, and every preset of it, is rendered from the original and never from an encoded result.
 * The version's output counts where the next one says nothing; what it stripped stays stripped, and the frame it
 * chose stays chosen. Throws `invalid_recipe` when the history got longer than a recipe may be.
 */
export function composeRecipe(base: Recipe | null, next: Recipe): Recipe {
  if (base === null) return next
  const steps = [...base.steps, ...next.steps]
  if (steps.length > stepLimit) {
    const message = `makes more than ${stepLimit} operations with those of the version before`
    throw new Failure('invalid_recipe', undefined, { errors: [{ path: 'steps', message }] })
  }
  return parseRecipe({ steps, output: composeOutput(base.output, next.output) })
}

function composeOutput(base: Output, next: Output): Output {
  const format = next.format ?? base.format
  const frame = base.frame ?? next.frame
  const gamut = next.gamut ?? base.gamut
  const hdr = next.hdr ?? base.hdr
  const sameFile = next.format === undefined && next.quality === undefined && !next.lossless
  const quality = sameFile ? base.quality : next.quality
  const maxBytes = next.maxBytes ?? (sameFile ? base.maxBytes : undefined)
  return {
    ...(format === undefined ? {} : { format }),
    ...(quality === undefined ? {} : { quality }),
    lossless: sameFile ? base.lossless : next.lossless,
    progressive: next.progressive || (sameFile && base.progressive),
    metadata: base.metadata === 'strip' ? 'strip' : next.metadata,
    ...(gamut === undefined ? {} : { gamut }),
    ...(hdr === undefined ? {} : { hdr }),
    ...(frame === undefined ? {} : { frame }),
    ...(maxBytes === undefined ? {} : { maxBytes }),
  }
}
