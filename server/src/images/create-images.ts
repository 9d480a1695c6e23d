import type { JobBook, PassingResults } from '../jobs/index.ts'
import type { Cache } from '../platform/cache/port.ts'
import type { Database, Deeds, HoldOwner, IsAccountOpen, Transaction } from '../platform/database/port.ts'
import { type ErasureBook, noErasureBook } from '../platform/erasure/port.ts'
import type { Bus } from '../platform/events/port.ts'
import { createForeground, type Foreground } from '../platform/foreground.ts'
import type { Outbound } from '../platform/http/outbound.ts'
import type { ExportSigner, ShareSigner, UrlSigner } from '../platform/signing/index.ts'
import type { Storage } from '../platform/storage/port.ts'
import type { Logger } from '../platform/telemetry/logger.ts'
import type { CountUsage } from '../platform/usage.ts'
import type { Rendering } from '../rendering/port.ts'
import { type Albums, createAlbums } from './albums/create-albums.ts'
import { type Bulk, createBulk } from './bulk/create-bulk.ts'
import type { ImagesConfig } from './config.ts'
import { createExports, type Exports, removeExports } from './exports/create-exports.ts'
import { createRestore, type Restore } from './exports/create-restore.ts'
import { createHistory, type EditHistory } from './history/create-history.ts'
import { createHoldings, createLibrary, type Holdings, type Library } from './library/create-library.ts'
import { createAnnounceChange } from './library/show-changed.ts'
import { markOf } from './library/view.ts'
import { createPresets, type PresetAdmin } from './presets/create-presets.ts'
import { type CachePurges, createCachePurges } from './purges/create-purges.ts'
import { createReader } from './renditions/create-reader.ts'
import { checkFaces } from './renditions/faces.ts'
import { createLedger } from './renditions/ledger.ts'
import { createPresetBook, type PresetBook } from './renditions/preset-book.ts'
import { createRenditionKeyOf } from './renditions/rendition-key.ts'
import { createSettleRecipe } from './renditions/settle-recipe.ts'
import { createWishCurve } from './renditions/wish-curve.ts'
import { createKeptResults } from './results/kept-results.ts'
import { type Archives, createArchives } from './resumable/archives.ts'
import { createResumable, type Resumable } from './resumable/create-resumable.ts'
import { createDirectUploads, type DirectUploads } from './resumable/direct-uploads.ts'
import { createLeases } from './resumable/leases.ts'
import { createRunningHashes } from './resumable/running-hashes.ts'
import { createSpentUploads } from './resumable/spent-uploads.ts'
import { createSearches, type SavedSearches } from './searches/create-searches.ts'
import { createShares, type Shares } from './shares/create-shares.ts'
import type { SharePasswords } from './shares/deps.ts'
import { createGuests, type Guests } from './shares/guests.ts'
import type { ImageReader } from './types.ts'
import { createUpkeep, type Upkeep } from './upkeep/create-upkeep.ts'
import { createUploads, type Uploads } from './uploads/create-uploads.ts'
import { createQuota, type QuotaOf } from './uploads/quota.ts'
import { createUploadPlaces } from './uploads/upload-places.ts'
import { createWork, type Work } from './work/create-work.ts'

export interface ImagesDeps {
  db: Database
  storage: Storage
  /** What holds the results that are kept for their time. */
  results: Cache
  rendering: Rendering
  bus: Bus
  book: JobBook
  holdOwner: HoldOwner
  isAccountOpen: IsAccountOpen
  /** Where it is written down who did what. */
  deeds: Deeds
  signer: UrlSigner & ShareSigner & ExportSigner
  /** Of shares. */
  passwords: SharePasswords
  /** What imports are fetched with. */
  outbound: Outbound
  config: ImagesConfig
  /** Of the imaging room: raised whenever the same recipe would give other pixels. */
  engineEpoch: number
  log: Logger
  /** What an account may keep by itself, where that is not what is configured. */
  quotaOf?: QuotaOf | undefined
  /** What is destroyed is written down here. */
  erasures?: ErasureBook | undefined
  /** Has caches in front forget the pictures of these presets, when the transaction commits. */
  purgePresets?: ((tx: Transaction, names: readonly string[]) => Promise<void>) | undefined
  /** Longest side of a result, in pixels: 8192 without. */
  outputSide?: number | undefined
  /** What is counted by day for each account. */
  countUsage?: CountUsage | undefined
  /** Where it is said that somebody waits for an upload. */
  foreground?: Foreground | undefined
  /** Told at each step on the way of an upload and of a job; for tests that end the process there. */
  onStep?: ((step: string) => void) | undefined
}

/** The room by its subjects; callers take those they need. */
export interface Images {
  uploads: Uploads
  resumable: Resumable
  archives: Archives
  direct: DirectUploads
  library: Library
  albums: Albums
  searches: SavedSearches
  bulk: Bulk
  exports: Exports
  restore: Restore
  shares: Shares
  /** What shares open, to whoever has one. */
  guests: Guests
  history: EditHistory
  /** What delivery reads. */
  reader: ImageReader
  work: Work
  upkeep: Upkeep
  /** Of the whole installation. */
  purges: CachePurges
  holdings: Holdings
  /** What a job's result is read from while it is kept. */
  results: PassingResults
  /** Presets as administrators see and change them. */
  presets: PresetAdmin
  /** Which presets there are, for this process. Follow it before anything is shown or made. */
  presetBook: Pick<PresetBook, 'follow' | 'now'>
  /** What URLs of presets name as their set; null where none needs a name. */
  presetSet(): number | null
}

export function createImages(deps: ImagesDeps): Images {
  const { db, storage, bus, book, config, engineEpoch, log, rendering } = deps
  const { publicOriginals } = config
  const { deeds } = deps
  const presets = createPresetBook({ db, bus, log, configured: config.presets })
  for (const { recipe } of presets.now().inForce.presets.values()) checkFaces(recipe, rendering)
  const quota = createQuota(config, deps.quotaOf ?? (async () => ({ bytes: null, images: null })))
  const keyOf = createRenditionKeyOf(engineEpoch)
  const ledger = createLedger(db, storage, engineEpoch)
  const results = createKeptResults({ db, cache: deps.results, config })
  const settle = createSettleRecipe(config.quality)
  const inForce = () => presets.now().inForce
  const view = { signer: deps.signer, presets: inForce, keyOf, settle, publicOriginals, seesPlaceOf: null }
  const announce = createAnnounceChange(bus, log)
  const showing = { db, storage, book, view, presets, announce, deeds }
  const keeping = { ...showing, ledger, results, bus, log, erasures: deps.erasures ?? noErasureBook }
  const bulk = { ...keeping, holdOwner: deps.holdOwner }
  const receiving = {
    ...config,
    ...showing,
    rendering,
    quota,
    holdOwner: deps.holdOwner,
    countUsage: deps.countUsage ?? (() => {}),
    foreground: deps.foreground ?? createForeground(),
    places: createUploadPlaces({
      all: config.maxUploads,
      perAccount: config.maxUploadsPerAccount,
      perNetwork: config.maxUploadsPerAddress,
    }),
    onStep: deps.onStep,
  }
  const sending = {
    ...receiving,
    bus,
    log,
    leases: createLeases({ db, bus, log }),
    hashes: createRunningHashes(),
    spent: createSpentUploads({ db, log }),
  }
  const { signer, passwords, holdOwner } = deps
  const { maxExportDownloads } = config
  const perAccount = Math.max(1, Math.floor(maxExportDownloads / 4))
  const exporting = {
    ...keeping,
    signer,
    isAccountOpen: deps.isAccountOpen,
    exporting: config,
    downloads: createUploadPlaces(
      { all: maxExportDownloads, perAccount, perNetwork: maxExportDownloads },
      'downloads of exports',
    ),
  }
  const sharing = { ...receiving, signer, passwords, holdOwner }
  const resumable = createResumable(sending)
  return {
    uploads: createUploads(receiving),
    resumable,
    archives: createArchives(sending),
    direct: createDirectUploads(sending),
    library: createLibrary(keeping),
    albums: createAlbums(bulk),
    searches: createSearches({ db, holdOwner, deeds }),
    bulk: createBulk(bulk),
    exports: createExports(exporting),
    restore: createRestore({ ...receiving, holdOwner }),
    shares: createShares(sharing),
    guests: createGuests(sharing),
    history: createHistory(showing),
    reader: createReader({
      db,
      storage,
      rendering,
      ledger,
      presets,
      keyOf,
      settle,
      wishCurve: createWishCurve({
        db,
        book,
        onError: (err) => log.warn({ err }, 'images: a picture was not asked to be measured'),
      }),
      publicOriginals,
    }),
    work: createWork({
      ...receiving,
      ...bulk,
      ...exporting,
      outbound: deps.outbound,
      config,
      log,
    }),
    purges: createCachePurges({ db, book, deeds, presets: view.presets }),
    upkeep: createUpkeep({
      ...keeping,
      purgePresets: deps.purgePresets,
      rendering,
      engineEpoch,
      orphanGraceMs: config.orphanGraceMs,
      config,
      uploads: resumable,
      exports: { sweep: () => removeExports(exporting, 'expired') },
    }),
    holdings: createHoldings({
      ...keeping,
      quota,
      eraseUploadsOf: resumable.eraseAllOf,
      eraseExportsOf: (ownerId) => removeExports(exporting, { ownerId }),
    }),
    results,
    presets: createPresets({
      db,
      book,
      presets,
      view,
      rendering,
      deeds,
      outputSide: deps.outputSide ?? 8192,
    }),
    presetBook: presets,
    presetSet: () => markOf(inForce()).set ?? null,
  }
}
