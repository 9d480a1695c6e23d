import type {
  DuplicateGroup,
  Image,
  ImageChange,
  ImageFacets,
  Page,
  PageQuery,
  SimilarImage,
} from '@rendition/contract'
import type { Queryable, Transaction } from '../../platform/database/port.ts'
import type { ErasedFiles, ErasureBook } from '../../platform/erasure/port.ts'
import type { Bus } from '../../platform/events/port.ts'
import type { Principal } from '../../platform/http/principal.ts'
import { imagePrefix } from '../../platform/storage/key.ts'
import type { Storage } from '../../platform/storage/port.ts'
import type { Logger } from '../../platform/telemetry/logger.ts'
import type { KeptResults } from '../results/kept-results.ts'
import { deleteAlbumsOf } from '../store/albums.ts'
import { forgetRemoval, removalsUntil } from '../store/blobs.ts'
import { countBesides } from '../store/destroyed.ts'
import { eraseFacetsOf } from '../store/facets.ts'
import { countAll, listOwners } from '../store/images.ts'
import { countOriginals, eraseOriginalTotalOf } from '../store/original-totals.ts'
import { deletePurgesOf } from '../store/purges.ts'
import { deleteSearchesOf } from '../store/searches.ts'
import { deleteSharesOf } from '../store/shares.ts'
import { countStored, type StoredBytes } from '../store/stored-bytes.ts'
import type { Ledger, Rendition } from '../types.ts'
import { ownImage } from './access.ts'
import { listDuplicates, listSimilar } from './alike.ts'
import { type ChangeDeps, changeImage } from './change-image.ts'
import { deleteImage, deleteImagesOf, removePrefix } from './delete-image.ts'
import { type ImageFilter, listImages } from './list-images.ts'
import { purgeRenditions } from './purge-renditions.ts'
import { type ShowDeps, showChanged } from './show-changed.ts'
import { type FacetsFilter, showFacets } from './show-facets.ts'
import { restoreImage, trashImage } from './trash-image.ts'
import { viewFor, viewImage, viewImages } from './view.ts'

/** Looking at one's images, changing what is told of them, taking them away. */
export interface Library {
  list(principal: Principal, filter: ImageFilter): Promise<Page<Image>>
  facets(principal: Principal, filter: FacetsFilter): Promise<ImageFacets>
  get(principal: Principal, imageId: string): Promise<Image>
  /** What looks nearly like an image, the most alike first. */
  similar(principal: Principal, imageId: string, query: PageQuery): Promise<Page<SimilarImage>>
  /** Groups that look nearly the same. */
  duplicates(principal: Principal, query: PageQuery): Promise<Page<DuplicateGroup>>
  change(principal: Principal, imageId: string, change: ImageChange): Promise<Image>
  delete(principal: Principal, imageId: string): Promise<void>
  /** Nobody is given its picture from then on; it is deleted after its time in the trash. */
  trash(principal: Principal, imageId: string): Promise<Image>
  restore(principal: Principal, imageId: string): Promise<Image>
  /** Everything that was made of an image. */
  renditions(principal: Principal, imageId: string): Promise<Rendition[]>
  purge(principal: Principal, imageId: string): Promise<{ removed: number; bytes: number }>
}

/** What accounts have here, for those who look after accounts. */
export interface Holdings {
  /** How much there is of everything, for administrators. */
  count(): Promise<Record<string, number>>
  /** Files and bytes by kind; reads whole tables. */
  stored(): Promise<StoredBytes[]>
  /** Accounts that own images, albums, shares, exports or uploads, in the order of their ids, after one of them. */
  owners(after: string, limit: number): Promise<string[]>
  /** What an account keeps, counted as its quota is, and what it may keep; null for no limit. */
  of(ownerId: string): Promise<{
    images: number
    bytes: number
    limits: { images: number | null; bytes: number | null }
  }>
  /** What an account has besides its images, by name. */
  besides(tx: Transaction, ownerId: string): Promise<Record<string, number>>
  /** Everything an account owns, for its end. */
  deleteAllOf(ownerId: string): Promise<void>
  /** What receipts ask before they are signed. */
  erased: ErasedFiles
}

export type LibraryDeps = ChangeDeps &
  ShowDeps & {
    storage: Storage
    ledger: Ledger
    results: KeptResults
    bus: Bus
    erasures: ErasureBook
    log: Logger
  }

export function createLibrary(deps: LibraryDeps): Library {
  const { db, view, ledger, announce } = deps
  return {
    async list(principal, filter) {
      const page = await listImages(db, principal.userId, filter)
      return { ...page, items: await viewImages(viewFor(view, principal), db, page.items) }
    },
    facets: (principal, filter) => showFacets(db, principal.userId, filter),
    get: async (principal, imageId) =>
      viewImage(viewFor(view, principal), db, await ownImage(db, principal, imageId)),
    similar: (principal, imageId, query) => listSimilar(deps, principal, imageId, query),
    duplicates: (principal, query) => listDuplicates(deps, principal, query),
    change: (principal, imageId, change) =>
      showChanged(deps, principal, changeImage(deps, principal, imageId, change)),
    delete: (principal, imageId) => deleteImage(deps, principal, imageId),
    trash: (principal, imageId) => showChanged(deps, principal, trashImage(deps, principal, imageId)),
    restore: (principal, imageId) => showChanged(deps, principal, restoreImage(deps, principal, imageId)),
    async renditions(principal, imageId) {
      await ownImage(db, principal, imageId)
      return ledger.list(imageId)
    },
    purge: (principal, imageId) => purgeRenditions(deps, principal, imageId, () => announce(imageId)),
  }
}

export interface HoldingsDeps extends LibraryDeps {
  /** Those that are no images yet. */
  eraseUploadsOf: (ownerId: string) => Promise<void>
  eraseExportsOf: (ownerId: string) => Promise<unknown>
  /** What an account may keep; 0 for no limit. */
  quota: { of(db: Queryable, ownerId: string): Promise<{ bytes: number; images: number }> }
}

export function createHoldings(deps: HoldingsDeps): Holdings {
  return {
    count: () => countAll(deps.db),
    stored: () => countStored(deps.db),
    owners: (after, limit) => listOwners(deps.db, after, limit),
    async of(ownerId) {
      const { bytes, images } = await deps.quota.of(deps.db, ownerId)
      const limits = { images: images || null, bytes: bytes || null }
      const kept = await countOriginals(deps.db, ownerId)
      return { bytes: kept.bytes, images: kept.images, limits }
    },
    besides: countBesides,
    async deleteAllOf(ownerId) {
      // First: the images of many take their time, and nobody is to see them by a link meanwhile.
      await deleteSharesOf(deps.db, ownerId)
      await deps.eraseExportsOf(ownerId)
      await deps.eraseUploadsOf(ownerId)
      await deleteImagesOf(deps, ownerId)
      await deleteAlbumsOf(deps.db, ownerId)
      await deleteSearchesOf(deps.db, ownerId)
      await eraseFacetsOf(deps.db, ownerId)
      await eraseOriginalTotalOf(deps.db, ownerId)
      await deletePurgesOf(deps.db, ownerId)
    },
    erased: {
      async areGone(imageId) {
        for await (const _ of deps.storage.list(imagePrefix(imageId))) {
          await removePrefix(deps, imagePrefix(imageId))
          return false
        }
        // The note goes with the last file: without it nobody asks the storage again.
        await forgetRemoval(deps.db, imagePrefix(imageId))
        return true
      },
      removalsWait: removalsUntil,
    },
  }
}
