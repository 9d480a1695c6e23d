import { type Rendition, renditionsInputSchema, type VersionFacts } from '../images/index.ts'
import type { StoredResult } from '../jobs/index.ts'
import { type Attempt, goneFailure, LeaseLost, type WorkContext } from './context.ts'
import { renderMissing } from './render-outputs.ts'

/** Makes the presets of a version that are not there yet, and its placeholder. */
export async function makeRenditions(context: WorkContext, attempt: Attempt): Promise<void> {
  const { db, book, images } = context
  const { job } = attempt
  const { version, presets } = renditionsInputSchema.parse(job.input)
  const plan = job.imageId === null ? null : await images.work.planRenditions(job.imageId, version, presets)
  if (plan === null) throw goneFailure()
  const wantPlaceholder = plan.version.placeholder === null
  const { made, placeholder } = await renderMissing(context, attempt, plan, 'preset', wantPlaceholder)
  await db.transaction(async (tx) => {
    const alive = await images.work.finishRenditions(tx, job, plan, made, placeholder)
    const done = alive && (await book.complete(tx, job, resultOf(plan.version, [...made, ...plan.made])))
    if (!done) throw new LeaseLost()
  })
}

type Shown = Pick<
  Rendition,
  'name' | 'width' | 'height' | 'size' | 'format' | 'contentType' | 'storageKey' | 'etag'
>

/** The largest preset stands for the result; without any, as when only the original was asked for, the version itself. */
function resultOf(version: VersionFacts, renditions: readonly Shown[]): StoredResult {
  const [largest] = [...renditions].sort((a, b) => b.width * b.height - a.width * a.height)
  if (largest === undefined) return versionResult(version)
  const { name, width, height, size, format, contentType, storageKey, etag } = largest
  return {
    version: version.version,
    preset: name,
    width,
    height,
    size,
    format,
    contentType,
    storageKey,
    etag,
    expiresAt: null,
  }
}

function versionResult({ version, original, recipe, width, height }: VersionFacts): StoredResult {
  const whole = recipe === null ? original : null
  return {
    version,
    preset: null,
    width,
    height,
    size: whole?.size ?? null,
    format: whole?.format ?? null,
    contentType: whole?.contentType ?? null,
    storageKey: null,
    etag: null,
    expiresAt: null,
  }
}
