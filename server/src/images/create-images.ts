import type { Image, ImageChange, ImportRequest, Page, Version } from '@rendition/contract'
import type { JobBook, JobOwner, JobRecord } from '../jobs/index.ts'
import type { Database } from '../platform/database/port.ts'
import type { Bus } from '../platform/events/port.ts'
import type { Principal } from '../platform/http/principal.ts'
import type { UrlSigner } from '../platform/signing/index.ts'
import type { StorageKey } from '../platform/storage/key.ts'
import type { Storage } from '../platform/storage/port.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import type { Rendering } from '../rendering/port.ts'
import { ownImage } from './access.ts'
import { assetsOf } from './assets.ts'
import { changeImage } from './change-image.ts'
import type { ImagesConfig } from './config.ts'
import { countImages } from './count-images.ts'
import { deleteImage, deleteImagesOf } from './delete-image.ts'
import { redo, restore, undo } from './history.ts'
import { createJobOwner } from './job-owner.ts'
import { bytesOf, createLedger, deleteBlobs, purgeRenditions } from './ledger.ts'
import { type ImageFilter, listImages } from './list-images.ts'
import { readPresets } from './presets.ts'
import type { ReceivedFile } from './receive-file.ts'
import { renditionKeyOf } from './rendition-key.ts'
import { replaceOriginal } from './replace-original.ts'
import { requestImport } from './request-import.ts'
import { readImage, readVersion, readVersions } from './store.ts'
import { sweepExpired, sweepOrphans } from './sweep-blobs.ts'
import { startSweeps } from './sweeps.ts'
import { type ImageReader, imageChangedTopic, type Rendition } from './types.ts'
import { openUpload, type UploadDeps, type UploadSession } from './upload-files.ts'
import { versionUrl, viewImage, viewImages } from './view.ts'
import { createImageWork, type ImageWork } from './work.ts'

export interface ImagesDeps {
  db: Database
  storage: Storage
  rendering: Rendering
  bus: Bus
  book: JobBook
  signer: UrlSigner
  config: ImagesConfig
  /** Of the imaging room: raised whenever the same recipe would give other pixels. */
  engineEpoch: number | string
  log: Logger
  /** Told at each step on the way of an upload; for tests that end the process there. */
  onStep?: (step: string) => void
}

export interface Images extends ImageReader {
  /** Takes files of one request; `signal` aborts when the client is gone. */
  openUpload(principal: Principal, signal: AbortSignal): Promise<UploadSession>
  /** What storing files needs, for the worker's imports and for resumable uploads. */
  intake: UploadDeps
  list(principal: Principal, filter: ImageFilter): Promise<Page<Image>>
  get(principal: Principal, imageId: string): Promise<Image>
  change(principal: Principal, imageId: string, change: ImageChange): Promise<Image>
  delete(principal: Principal, imageId: string): Promise<void>
  /** Everything an account owns, for its end. */
  deleteAllOf(ownerId: string): Promise<void>
  replace(
    principal: Principal,
    imageId: string,
    file: ReceivedFile,
    webhookUrl: string | null,
  ): Promise<Image>
  import(principal: Principal, request: ImportRequest): Promise<JobRecord>
  versions(principal: Principal, imageId: string, page: { below: number; limit: number }): Promise<Version[]>
  undo(principal: Principal, imageId: string): Promise<Image>
  redo(principal: Principal, imageId: string): Promise<Image>
  restore(principal: Principal, imageId: string, version: number): Promise<Image>
  renditions(principal: Principal, imageId: string): Promise<Rendition[]>
  purge(principal: Principal, imageId: string): Promise<{ removed: number; bytes: number }>
  /** How much there is of everything, for administrators. */
  count(): Promise<Record<string, number>>
  jobOwner: JobOwner
  work: ImageWork
  /** Starts the removal of what is expired, interrupted or orphaned; gives the stop. */
  start(): () => Promise<void>
  /** One pass, whatever the schedule; gives the orphans it removed. */
  sweepOnce(): Promise<StorageKey[]>
}

export function createImages(deps: ImagesDeps): Images {
  const { db, storage, bus, book, config, engineEpoch, log } = deps
  const presets = readPresets(config.presets)
  const view = { signer: deps.signer, presets, engineEpoch }
  const changing = { db, book, view }
  const intake: UploadDeps = {
    ...config,
    ...changing,
    storage,
    rendering: deps.rendering,
    quota: config,
    gate: { running: 0, max: config.maxUploads },
    onStep: deps.onStep,
  }
  const deleting = { db, storage, bus, book, log }
  const sweeping = { db, storage, orphanGraceMs: config.orphanGraceMs }
  const changed = (imageId: string): Promise<void> =>
    bus
      .publish(imageChangedTopic, { imageId })
      .catch((error: unknown) => log.warn({ err: error, imageId }, 'images: a change was not announced'))
  const shown = async (change: Promise<Parameters<typeof viewImage>[2]>): Promise<Image> => {
    const image = await change
    await changed(image.id)
    return viewImage(view, db, image)
  }

  return {
    facts: (imageId) => readImage(db, imageId),
    version: (imageId, n) => readVersion(db, imageId, n),
    assets: (version, ownerId, recipe) => assetsOf(db, version, ownerId, recipe, engineEpoch),
    renditionKey: ({ original: { sha256 } }, recipe, focalPoint, assets) =>
      renditionKeyOf({ sha256, recipe, focalPoint, assets, engineEpoch }),
    ledger: createLedger(db, storage),
    presets,

    intake,
    openUpload: (principal, signal) => openUpload(intake, principal, signal),
    async list(principal, filter) {
      const page = await listImages(db, principal.userId, filter)
      return { ...page, items: await viewImages(view, db, page.items) }
    },
    get: async (principal, imageId) => viewImage(view, db, await ownImage(db, principal, imageId)),
    change: (principal, imageId, change) => shown(changeImage(changing, principal, imageId, change)),
    delete: (principal, imageId) => deleteImage(deleting, principal, imageId),
    deleteAllOf: (ownerId) => deleteImagesOf(deleting, ownerId),
    replace: (principal, imageId, file, webhookUrl) =>
      shown(replaceOriginal(intake, principal, imageId, file, webhookUrl)),
    import: (principal, request) => requestImport({ db, book }, principal, request),
    async versions(principal, imageId, page) {
      const image = await ownImage(db, principal, imageId)
      const versions = await readVersions(db, imageId, page)
      return versions.map((version) => ({
        version: version.version,
        parent: version.parent,
        current: version.version === image.version,
        cause: version.cause,
        recipe: version.recipe,
        status: version.status,
        width: version.width,
        height: version.height,
        url: versionUrl(view, image, version),
        createdAt: version.createdAt.toISOString(),
      }))
    },
    undo: (principal, imageId) => shown(undo(changing, principal, imageId)),
    redo: (principal, imageId) => shown(redo(changing, principal, imageId)),
    restore: (principal, imageId, version) => shown(restore(changing, principal, imageId, version)),
    async renditions(principal, imageId) {
      await ownImage(db, principal, imageId)
      return createLedger(db, storage).list(imageId)
    },
    async purge(principal, imageId) {
      await ownImage(db, principal, imageId)
      const removed = await db.transaction((tx) => purgeRenditions(tx, imageId))
      await changed(imageId)
      await deleteBlobs(storage, removed)
      return { removed: removed.length, bytes: bytesOf(removed) }
    },

    count: () => countImages(db),
    jobOwner: createJobOwner({ ...changing, presets, engineEpoch, resultTtlMs: config.resultTtlMs }),
    work: createImageWork(changing),
    start: () => startSweeps({ ...sweeping, log, config }),
    async sweepOnce() {
      await sweepExpired(sweeping)
      return sweepOrphans(sweeping)
    },
  }
}
