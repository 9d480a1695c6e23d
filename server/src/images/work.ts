import { Failure } from '@rendition/contract'
import type { Recipe } from '@rendition/contract/recipe'
import type { JobBook, JobRecord } from '../jobs/index.ts'
import type { Database, Transaction } from '../platform/database/port.ts'
import { assetsOf } from './assets.ts'
import { composeRecipe } from './compose-recipe.ts'
import { appendVersion } from './history.ts'
import { endRenditions } from './job-owner.ts'
import { findRenditions, promoteRenditions, recordRendition, releaseReplaced } from './ledger.ts'
import { type PresetRendition, presetRenditions } from './presets.ts'
import { renditionKeyOf } from './rendition-key.ts'
import type { ImageRecord, VersionRecord } from './rows.ts'
import { lockImage, readImage, readVersion, setVersionState } from './store.ts'
import type { Asset, NewRendition, Rendition } from './types.ts'
import { type ViewContext, viewImage } from './view.ts'

/** One output of a job: what to render and under which key it goes. */
export interface WorkOutput {
  /** The preset's name; null for the version's own picture or a passing result. */
  name: string | null
  recipe: Recipe
  key: string
}

/** What a job on an image renders. */
export interface WorkPlan {
  image: ImageRecord
  /** The version to render from. */
  version: VersionRecord
  /** What is not there yet. */
  missing: WorkOutput[]
  /** What is there already, under the name it has here. */
  made: Rendition[]
  assets: Asset[]
}

export type Placeholder = { thumbhash: string; color: string }

/** What the worker does with images; every write joins the worker's transaction. */
export interface ImageWork {
  /** Says that a version is being rendered, unless it is complete. */
  begin(tx: Transaction, imageId: string, version: number): Promise<void>
  /** The presets of a version, all or the named ones. null when image or version is gone. */
  planRenditions(imageId: string, version: number, names: readonly string[] | null): Promise<WorkPlan | null>
  /** A transform of version `n`, or of the current one when it will be saved: then its presets as well. */
  planTransform(
    imageId: string,
    n: number | null,
    recipe: Recipe,
  ): Promise<(WorkPlan & { whole: Recipe }) | null>
  /** Records presets and completes the version. false when the image is gone. */
  finishRenditions(
    tx: Transaction,
    job: JobRecord,
    plan: WorkPlan,
    made: readonly NewRendition[],
    placeholder: Placeholder | null,
  ): Promise<boolean>
  /** Appends the version; throws `conflict` when another version became current meanwhile. false when gone. */
  finishVersion(
    tx: Transaction,
    job: JobRecord,
    plan: WorkPlan & { whole: Recipe },
    made: readonly NewRendition[],
    picture: { width: number; height: number; placeholder: Placeholder | null },
  ): Promise<{ version: number } | false>
  /** Records a result kept for its time. false when the image is gone. */
  finishPassing(tx: Transaction, rendition: NewRendition): Promise<boolean>
  /** Marks the version of a renditions job as failed, with the job's error. */
  failed(tx: Transaction, job: JobRecord): Promise<void>
  /** Holds the image's row: take it before the job's, always. */
  hold(tx: Transaction, imageId: string): Promise<boolean>
}

export interface WorkDeps {
  db: Database
  book: JobBook
  view: ViewContext
}

export function createImageWork({ db, book, view }: WorkDeps): ImageWork {
  const { presets, engineEpoch } = view

  const split = async (
    image: ImageRecord,
    outputs: readonly WorkOutput[],
  ): Promise<Pick<WorkPlan, 'missing' | 'made'>> => {
    const made = await findRenditions(
      db,
      [image.id],
      outputs.map(({ key }) => key),
    )
    const byKey = new Map(outputs.map((output) => [output.key, output]))
    const there = new Set(made.map(({ key }) => key))
    return {
      made: made.map((rendition) => ({ ...rendition, name: byKey.get(rendition.key)?.name ?? null })),
      missing: [...byKey.values()].filter(({ key }) => !there.has(key)),
    }
  }

  const recordAll = async (
    tx: Transaction,
    plan: WorkPlan,
    version: number,
    made: readonly NewRendition[],
  ): Promise<void> => {
    for (const rendition of made) await recordRendition(tx, rendition)
    if (await promoteRenditions(tx, { imageId: plan.image.id, version }, plan.made)) return
    throw new Failure('conflict', 'A rendition was evicted while the others were made.')
  }

  const tellReady = async (
    tx: Transaction,
    job: JobRecord,
    image: ImageRecord,
    made: readonly NewRendition[],
    last: 'image.complete' | 'image.updated',
  ): Promise<void> => {
    const shown = await viewImage(view, tx, image)
    const common = { ownerId: image.ownerId, imageId: image.id, webhookUrl: job.webhookUrl }
    const ready = made.flatMap(({ name, version }) => {
      const size = name === null ? undefined : shown.sizes[name]
      if (name === null || size === undefined || version !== image.version) return []
      return [
        { ...common, type: 'rendition.ready' as const, data: { imageId: image.id, version, name, ...size } },
      ]
    })
    await book.emit(tx, [...ready, { ...common, type: last, data: { ...shown } }])
  }

  return {
    async begin(tx, imageId, version) {
      await tx.query(
        `update versions set status = 'processing' where image_id = $1 and version = $2 and status <> 'complete'`,
        [imageId, version],
      )
    },
    async hold(tx, imageId) {
      const rows = await tx.query('select 1 as held from images where id = $1 for update', [imageId])
      return rows.length > 0
    },
    async planRenditions(imageId, n, names) {
      const [image, version] = await Promise.all([readImage(db, imageId), readVersion(db, imageId, n)])
      if (image === null || version === null) return null
      const wanted = presetRenditions(presets, image, version, engineEpoch).filter(
        ({ name }) => names === null || names.includes(name),
      )
      const parts = await split(image, wanted)
      return { image, version, ...parts, assets: [...version.assets] }
    },
    async planTransform(imageId, n, recipe) {
      const image = await readImage(db, imageId)
      const version = n === null ? (image?.current ?? null) : await readVersion(db, imageId, n)
      if (image === null || version === null) return null
      const whole = composeRecipe(version.recipe, recipe)
      const assets = await assetsOf(db, version, image.ownerId, whole, engineEpoch)
      const { sha256 } = version.original
      const { focalPoint } = image
      const key = renditionKeyOf({ sha256, recipe: whole, focalPoint, assets, engineEpoch })
      const picture: WorkOutput = { name: null, recipe: whole, key }
      const edited = { ...version, recipe: whole, assets }
      const others: PresetRendition[] =
        n === null ? presetRenditions(presets, image, edited, engineEpoch) : []
      return { image, version, whole, assets, ...(await split(image, [picture, ...others])) }
    },
    async finishRenditions(tx, job, plan, made, placeholder) {
      const { imageId, version } = plan.version
      if ((await lockImage(tx, imageId)) === null) return false
      await recordAll(tx, plan, version, made)
      // Only what was complete before has renditions that these replace.
      if (plan.version.placeholder !== null) await releaseReplaced(tx, plan.version, [...made, ...plan.made])
      await setVersionState(tx, imageId, version, { status: 'complete', error: null, placeholder })
      const image = await readImage(tx, imageId)
      if (image === null) return false
      const last = image.version === version ? 'image.complete' : 'image.updated'
      await tellReady(tx, job, image, made, last)
      return true
    },
    async finishVersion(tx, job, plan, made, picture) {
      const { image: before, version: base, whole, assets } = plan
      const image = await lockImage(tx, before.id)
      if (image === null) return false
      if (image.version !== base.version) {
        throw new Failure('conflict', 'The history moved while the version was rendered.')
      }
      const version = image.lastVersion + 1
      await recordAll(
        tx,
        plan,
        version,
        made.map((rendition) => ({ ...rendition, version })),
      )
      const appended = await appendVersion(
        { book, view },
        tx,
        image,
        {
          cause: 'transform',
          original: base.original,
          recipe: whole,
          assets,
          width: picture.width,
          height: picture.height,
          placeholder: picture.placeholder,
          status: 'complete',
        },
        job.webhookUrl,
      )
      await setVersionState(tx, image.id, version, { status: 'complete', jobId: job.id })
      await tellReady(
        tx,
        job,
        appended,
        made.map((rendition) => ({ ...rendition, version })),
        'image.updated',
      )
      return { version: appended.version }
    },
    finishPassing: (tx, rendition) => recordRendition(tx, rendition),
    failed: (tx, job) => endRenditions({ book, view }, tx, job),
  }
}
