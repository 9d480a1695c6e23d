import type { FocalPoint, ImageMetadata, ImageStatus, PublicOriginal, Visibility } from '@rendition/contract'
import type { Recipe } from '@rendition/contract/recipe'
import type { Transaction } from '../platform/database/port.ts'
import type { StorageKey } from '../platform/storage/key.ts'
import type { Face, Patch, Probe, QualityChoice, QualityCurve, RenderOptions } from '../rendering/port.ts'

/** What may be cached about an image for seconds; dropped when `imageChangedTopic` names it. */
export interface ImageFacts {
  id: string
  ownerId: string
  visibility: Visibility
  /** What strangers get of the original while the image is public. */
  publicOriginal: PublicOriginal
  /** Number of the current version. */
  version: number
  originalName: string
  /** 0 to 1 of the upright picture. */
  focalPoint: FocalPoint | null
  /** Of the current version. */
  status: ImageStatus
  /** How many times its renditions were purged. */
  purges: number
}

/** The write-once bytes a version starts from. */
export interface OriginalFacts {
  key: StorageKey
  format: Probe['format']
  contentType: string
  /** Pixels, upright, of one frame. */
  width: number
  height: number
  /** Bytes. */
  size: number
  /** Hex. */
  sha256: string
  /** EXIF orientation as stored, 1 to 8. */
  orientation: number
  frames: number
  hasAlpha: boolean
  /** What the file says of its picture; null while it was not read, or when it could not be. */
  metadata: ImageMetadata | null
  /** By which rules it was read; 0 for not yet. */
  metadataRules: number
  /** How size and likeness fall with its quality; absent or null until it was measured. */
  curve?: QualityCurve | null
}

/** What presets and `format=auto` aim at where nobody names a quality; `fixed` is the format's default number. */
export type DefaultQuality = 'best' | 'good' | 'eco' | 'fixed'

/** A recipe whose quality is a number, or the format's default. */
export interface SettledRecipe {
  recipe: Recipe
  /** How the number was found; null where the recipe named it, or nobody left it open. */
  choice: QualityChoice | null
  /** The same with a word where its curve decides: what a render that measures is given. */
  open: Recipe
  /** The original was not measured yet, and the recipe asks for what that tells. */
  unmeasured: boolean
}

/**
 * Settles the quality of a recipe from the original. `left`: nobody who asked named a quality, and it is left to the
 * service, as presets and `format=auto` leave it.
 */
export type SettleRecipe = (
  version: Pick<VersionFacts, 'original'>,
  recipe: Recipe,
  left: boolean,
) => SettledRecipe

/** Has the original of a version measured behind the answers. */
export type WishCurve = (version: VersionFacts) => void

/** A version never changes once written: an original, and the recipe from that original to the edited picture. */
export interface VersionFacts {
  imageId: string
  version: number
  original: OriginalFacts
  /** null for the original as it is; else the whole edit from the original, output included. */
  recipe: Recipe | null
  /** The images its recipe lays over, as they were when the version was made. */
  assets: readonly Asset[]
  /** Pixels of the version's own picture: the original's when there is no recipe. */
  width: number
  height: number
  createdAt: Date
}

/** An image that a recipe lays over another: which, how it looks (a digest of its picture), and where its bytes lie. */
export interface Asset {
  imageId: string
  digest: string
  storageKey: StorageKey
}

/**
 * What stands for a picture until it is there: a ThumbHash in base64, and the dominant colour as `#rrggbb`. And the
 * colours that make it, which it is searched by; none where they were not taken yet.
 */
export interface Placeholder {
  thumbhash: string
  color: string
  palette: readonly string[]
}

/**
 * The one identity of a rendition, with the engine's epoch bound; `recipe` is from the original (`composeRecipe`), and
 * `assets` what it lays over.
 */
export type RenditionKeyOf = (
  version: Pick<VersionFacts, 'original'>,
  recipe: Recipe,
  focalPoint: FocalPoint | null,
  assets: readonly Pick<Asset, 'imageId' | 'digest'>[],
) => string

/** Why a rendition exists: part of the image, made for a URL, or made by a job. */
export type RenditionKind = 'preset' | 'delivery' | 'job'

/** One entry of the ledger. */
export interface Rendition {
  imageId: string
  /** Hex of the rendition key, see `renditionKeyOf`. */
  key: string
  kind: RenditionKind
  /** The preset's name, where it is one. */
  name: string | null
  /** The version it was made for; another version with the same recipe shares the entry. */
  version: number
  storageKey: StorageKey
  format: string
  contentType: string
  width: number
  height: number
  /** Bytes. */
  size: number
  /** Strong, with its quotes. */
  etag: string
  createdAt: Date
  usedAt: Date
  /** null: kept while the image lives (preset, job) or until evicted (delivery). */
  expiresAt: Date | null
  /** The parameters of a URL that it was asked for by; null where none did, or an earlier release was asked. */
  asked: string | null
}

export type NewRendition = Omit<Rendition, 'createdAt' | 'usedAt' | 'expiresAt' | 'asked'> & {
  expiresAt?: Date | null
  asked?: string | null
  /** Of the image when this was planned: after a further purge it is not recorded. Without, it is recorded whatever was purged. */
  purges?: number
  /** Of a preset, the last set that it belongs to; 1 without. */
  presetSet?: number
  /** Of a set that is not in force yet: nobody is told of it. */
  hidden?: boolean
}

/** Every rendition that exists, with its size and place. Bytes are put before they are recorded and removed after. */
export interface Ledger {
  /** Expired entries are not found. A found blob may have been evicted a moment ago: treat `not_found` as a miss. */
  find(imageId: string, key: string): Promise<Rendition | null>
  /** Newest first. */
  list(imageId: string): Promise<Rendition[]>
  /**
   * Writes or refreshes an entry; of two kinds the longer kept stays (preset, job, delivery).
   * false when the image is gone, or was purged since this was planned: the caller then deletes the blob it put.
   */
  record(rendition: NewRendition, tx?: Transaction): Promise<boolean>
  /** Marks entries as used now, for eviction. Best called with many at once. */
  touch(uses: readonly { imageId: string; key: string }[]): Promise<void>
  /**
   * When the `delivery` entries have more than `maxBytes`, removes those used longest ago until the others have at most
   * `downTo` (`maxBytes` without it). Rows first, then blobs. `kept` is what is left, in bytes.
   */
  evict(maxBytes: number, downTo?: number): Promise<{ removed: number; bytes: number; kept: number }>
}

/** What delivery reads. Nothing here checks who asks. */
export interface ImageReader {
  /** null for an image that does not exist, is deleted or lies in the trash. */
  facts(imageId: string): Promise<ImageFacts | null>
  /** The current version, or version `n`; null when there is none. */
  version(imageId: string, n?: number): Promise<VersionFacts | null>
  /** Whether a share, as a URL names it, is open now and holds this image. */
  shareOpens(share: string, imageId: string): Promise<boolean>
  /**
   * What a recipe (from the original) lays over a version: frozen copies for what the version's own recipe uses, the
   * present pictures for the rest. Throws `invalid_recipe` for an image that is missing or another owner's.
   */
  assets(version: VersionFacts, ownerId: string, recipe: Recipe): Promise<Asset[]>
  renditionKey: RenditionKeyOf
  settle: SettleRecipe
  wishCurve: WishCurve
  /**
   * What the original of a version is overwritten with for strangers; none when there is nothing to hide, null when the
   * file was not understood. Found once and kept.
   */
  cleaned(version: VersionFacts, signal: AbortSignal): Promise<Patch[] | null>
  /** Refuses a recipe that looks for faces where nobody can: `invalid_recipe`. */
  checkFaces(recipe: Recipe): void
  /** The faces of a version's original, where some recipe wants to know; null where none does. Found once and kept. */
  faces(
    version: VersionFacts,
    recipes: readonly Recipe[],
    how: Pick<RenderOptions, 'timeoutMs' | 'signal' | 'lane'>,
  ): Promise<readonly Face[] | null>
  ledger: Ledger
  /** The presets in force, as this process knows them: the same object until others are. */
  presets(): PresetSet
  /** Called when others are in force. Gives the end of it. */
  onPresetsChanged(listener: () => void): () => void
}

/** A named recipe of the configuration. */
/** All presets of a time. Sets never change. */
export interface PresetSet {
  /** null where they are set in the configuration. */
  version: number | null
  /** By name, in their order. `original` is not among them. */
  presets: ReadonlyMap<string, Preset>
}

export interface Preset {
  name: string
  /** Its output format may be `auto`; `presetRecipe` settles it for a version. */
  recipe: Recipe
}

/** Bus topic; the payload is `{ imageId }`. Facts, versions and ledger entries of it may have changed or gone. */
export const imageChangedTopic = 'image.changed'
