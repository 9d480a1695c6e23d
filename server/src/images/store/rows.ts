import type { ImageMetadata, ImageStatus, PublicOriginal, Visibility } from '@rendition/contract'
import { parseRecipe } from '@rendition/contract/recipe'
import { storageKey } from '../../platform/storage/key.ts'
import { readCurve } from '../../rendering/index.ts'
import type { Probe } from '../../rendering/port.ts'
import type { ImageFacts, Placeholder, Rendition, RenditionKind, VersionFacts } from '../types.ts'

export type VersionCause = 'upload' | 'replace' | 'transform' | 'restore'

/** A version with the state of its rendering. */
export interface VersionRecord extends VersionFacts {
  parent: number | null
  cause: VersionCause
  status: ImageStatus
  errorCode: string | null
  errorMessage: string | null
  placeholder: Placeholder | null
  jobId: string | null
  processedAt: Date | null
}

export interface ImageRecord extends Omit<ImageFacts, 'publicOriginal'> {
  /** null: as the configuration says. */
  publicOriginal: PublicOriginal | null
  tags: string[]
  altText: string | null
  favourite: boolean
  /** 0 to 5. */
  rating: number
  archived: boolean
  /** null: not in the trash. */
  trashedAt: Date | null
  lastVersion: number
  redo: number[]
  createdAt: Date
  current: VersionRecord
}

export const versionColumns = `v.image_id, v.version, v.parent, v.cause, v.original_key, v.format, v.content_type,
  v.original_width, v.original_height, v.size, v.sha256, v.orientation, v.frames, v.has_alpha, v.recipe, v.assets, v.width,
  v.height, v.metadata, v.metadata_rules, v.palette, v.status, v.error_code, v.error_message, v.thumbhash, v.color, v.job_id, v.created_at as version_created_at,
  v.processed_at, v.quality_curve`
export const imageColumns = `i.id, i.owner_id, i.original_name, i.visibility, i.public_original, i.tags, i.alt_text, i.focal_x, i.focal_y,
  i.last_version, i.redo, i.created_at, i.purges, i.favourite, i.rating, i.archived, i.trashed_at, ${versionColumns}`
export const joinedVersion = 'join versions v on v.image_id = i.id and v.version = i.version'
export const imagesWithVersion = `images i ${joinedVersion}`
/** Of many images the versions are not read where nothing is asked of them. */
export const versionFor = (where: string): string => (where.includes('v.') ? joinedVersion : '')

export interface VersionRow {
  [column: string]: unknown
  image_id: string
  version: number
  parent: number | null
  cause: VersionCause
  original_key: string
  format: Probe['format']
  content_type: string
  original_width: number
  original_height: number
  size: number
  sha256: string
  orientation: number
  frames: number
  has_alpha: boolean
  metadata: ImageMetadata | null
  metadata_rules: number
  palette: string[] | null
  recipe: unknown
  assets: { imageId: string; digest: string; storageKey: string }[]
  width: number
  height: number
  status: ImageStatus
  error_code: string | null
  error_message: string | null
  thumbhash: string | null
  color: string | null
  job_id: string | null
  version_created_at: Date
  processed_at: Date | null
  quality_curve: unknown
}

export interface ImageRow extends VersionRow {
  id: string
  owner_id: string
  original_name: string
  visibility: Visibility
  public_original: PublicOriginal | null
  tags: string[]
  alt_text: string | null
  focal_x: number | null
  focal_y: number | null
  last_version: number
  redo: number[]
  created_at: Date
  purges: number
  favourite: boolean
  rating: number
  archived: boolean
  trashed_at: Date | null
}

export function versionOf(row: VersionRow): VersionRecord {
  return {
    imageId: row.image_id,
    version: row.version,
    original: {
      key: storageKey(row.original_key),
      format: row.format,
      contentType: row.content_type,
      width: row.original_width,
      height: row.original_height,
      size: row.size,
      sha256: row.sha256,
      orientation: row.orientation,
      frames: row.frames,
      hasAlpha: row.has_alpha,
      metadata: row.metadata,
      metadataRules: row.metadata_rules,
      curve: readCurve(row.quality_curve),
    },
    recipe: row.recipe === null ? null : parseRecipe(row.recipe),
    assets: row.assets.map((asset) => ({ ...asset, storageKey: storageKey(asset.storageKey) })),
    width: row.width,
    height: row.height,
    createdAt: row.version_created_at,
    parent: row.parent,
    cause: row.cause,
    status: row.status,
    errorCode: row.error_code,
    errorMessage: row.error_message,
    placeholder:
      row.thumbhash === null || row.color === null
        ? null
        : { thumbhash: row.thumbhash, color: row.color, palette: row.palette ?? [] },
    jobId: row.job_id,
    processedAt: row.processed_at,
  }
}

export function imageOf(row: ImageRow): ImageRecord {
  return {
    id: row.id,
    ownerId: row.owner_id,
    originalName: row.original_name,
    visibility: row.visibility,
    publicOriginal: row.public_original,
    version: row.version,
    focalPoint: row.focal_x === null || row.focal_y === null ? null : { x: row.focal_x, y: row.focal_y },
    status: row.status,
    tags: row.tags,
    altText: row.alt_text,
    lastVersion: row.last_version,
    redo: row.redo,
    createdAt: row.created_at,
    purges: row.purges,
    favourite: row.favourite,
    rating: row.rating,
    archived: row.archived,
    trashedAt: row.trashed_at,
    current: versionOf(row),
  }
}

export interface RenditionRow {
  [column: string]: unknown
  image_id: string
  key: string
  kind: RenditionKind
  name: string | null
  version: number
  storage_key: string
  format: string
  content_type: string
  width: number
  height: number
  size: number
  etag: string
  created_at: Date
  used_at: Date
  expires_at: Date | null
  asked: string | null
}

/** The columns of a picture that was made, whatever keeps it. */
export type MadePictureRow = Pick<
  RenditionRow,
  'image_id' | 'key' | 'format' | 'content_type' | 'width' | 'height' | 'size' | 'etag'
>
export type MadePicture = Pick<
  Rendition,
  'imageId' | 'key' | 'format' | 'contentType' | 'width' | 'height' | 'size' | 'etag'
>

export const madePictureOf = (row: MadePictureRow): MadePicture => ({
  imageId: row.image_id,
  key: row.key,
  format: row.format,
  contentType: row.content_type,
  width: row.width,
  height: row.height,
  size: row.size,
  etag: row.etag,
})

export function renditionOf(row: RenditionRow): Rendition {
  return {
    ...madePictureOf(row),
    kind: row.kind,
    name: row.name,
    version: row.version,
    storageKey: storageKey(row.storage_key),
    createdAt: row.created_at,
    usedAt: row.used_at,
    expiresAt: row.expires_at,
    asked: row.asked,
  }
}
