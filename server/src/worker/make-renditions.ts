import { type Rendition, renditionsInputSchema } from '../images/index.ts'
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
    const done = alive && (await book.complete(tx, job, resultOf(version, [...made, ...plan.made])))
    if (!done) throw new LeaseLost()
  })
}

type Shown = Pick<
  Rendition,
  'name' | 'width' | 'height' | 'size' | 'format' | 'contentType' | 'storageKey' | 'etag'
>

/** The largest preset stands for the result. */
function resultOf(version: number, renditions: readonly Shown[]): StoredResult | null {
  const [largest] = [...renditions].sort((a, b) => b.width * b.height - a.width * a.height)
  if (largest === undefined) return null
  const { name, width, height, size, format, contentType, storageKey, etag } = largest
  return {
    version,
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
