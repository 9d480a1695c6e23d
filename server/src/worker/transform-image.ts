import { Failure } from '@rendition/contract'
import { type NewRendition, passingResult, type Rendition, transformInputSchema } from '../images/index.ts'
import { storageKey } from '../platform/storage/key.ts'
import { type Attempt, goneFailure, LeaseLost, type WorkContext } from './context.ts'
import { renderMissing } from './render-outputs.ts'

type Plan = NonNullable<Awaited<ReturnType<WorkContext['images']['work']['planTransform']>>>

/** Renders a recipe: as the image's next version, or as a result that is kept for its time. */
export async function transformImage(context: WorkContext, attempt: Attempt): Promise<void> {
  const { job } = attempt
  const { recipe, save, version } = transformInputSchema.parse(job.input)
  if (job.imageId === null) throw goneFailure()
  const plan = await context.images.work.planTransform(job.imageId, save ? null : version, recipe)
  if (plan === null) throw goneFailure()
  await (save ? saveVersion(context, attempt, plan) : keepForAWhile(context, attempt, plan))
}

async function keepForAWhile(context: WorkContext, attempt: Attempt, plan: Plan): Promise<void> {
  const { db, book, images } = context
  const { job } = attempt
  const { made } = await renderMissing(context, attempt, plan, 'job', false)
  const rendition = pictureOf(plan, made)
  const expiresAt = new Date(Date.now() + context.resultTtlMs)
  await db.transaction(async (tx) => {
    if (!(await images.work.hold(tx, plan.image.id))) throw new LeaseLost()
    await images.work.finishPassing(tx, { ...rendition, kind: 'job', expiresAt })
    if ((await book.complete(tx, job, passingResult(rendition, expiresAt))) === null) throw new LeaseLost()
  })
}

async function saveVersion(context: WorkContext, attempt: Attempt, found: Plan): Promise<void> {
  const { db, book, images } = context
  const { job } = attempt
  const plan = await freezeAssets(context, attempt, found)
  const { made, placeholder } = await renderMissing(context, attempt, plan, 'preset', true)
  const picture = pictureOf(plan, made)
  const { width, height } = picture
  await db.transaction(async (tx) => {
    const appended = await images.work.finishVersion(tx, job, plan, made, { width, height, placeholder })
    if (!appended) throw new LeaseLost()
    const { storageKey: key, size, format, contentType, etag } = picture
    const done = await book.complete(tx, job, {
      version: appended.version,
      preset: null,
      width,
      height,
      size,
      format,
      contentType,
      storageKey: key,
      etag,
      expiresAt: null,
    })
    if (done === null) throw new LeaseLost()
  })
}

/** The output that is the picture itself. */
function pictureOf(plan: Plan, made: readonly NewRendition[]): NewRendition | Rendition {
  const picture = [...made, ...plan.made].find(({ name }) => name === null)
  if (picture === undefined) throw new Failure('internal')
  return picture
}

/**
 * Copies what a version lays over into the image's own prefix: the version must not change, or become impossible to
 * render, when the other image does.
 */
async function freezeAssets({ storage }: WorkContext, { signal }: Attempt, plan: Plan): Promise<Plan> {
  const assets = await Promise.all(
    plan.assets.map(async (asset) => {
      const key = storageKey('images', plan.image.id, 'assets', asset.digest)
      if (asset.storageKey === key || (await storage.head(key)) !== null) return { ...asset, storageKey: key }
      const chunks: Buffer[] = []
      for await (const chunk of await storage.get(asset.storageKey, { signal })) chunks.push(chunk as Buffer)
      await storage.put(key, Buffer.concat(chunks), { signal })
      return { ...asset, storageKey: key }
    }),
  )
  return { ...plan, assets }
}
