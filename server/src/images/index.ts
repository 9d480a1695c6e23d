export { type ImagesConfig, imagesConfigSchema } from './config.ts'
export { createImages, type Images, type ImagesDeps } from './create-images.ts'
export type { Restore } from './exports/create-restore.ts'
export {
  type AlbumLine,
  albumsLineSchema,
  type ExportHead,
  headName,
  headSchema,
  imagesLineSchema,
  isAlbumsPart,
  isImagesPart,
  type SearchLine,
  searchesName,
  searchLineSchema,
} from './exports/format.ts'
export type { ExportedImage } from './exports/restore-image.ts'
export type { CachePurges } from './purges/create-purges.ts'
export { composeRecipe } from './renditions/compose-recipe.ts'
export { isETagOf, originalETag } from './renditions/etag.ts'
export { openLaidOver } from './renditions/laid-over.ts'
export { newRendition } from './renditions/new-rendition.ts'
export type { SharePasswords } from './shares/deps.ts'
export type { StoredBytes } from './store/stored-bytes.ts'
export type {
  Asset,
  ImageFacts,
  ImageReader,
  Ledger,
  NewRendition,
  OriginalFacts,
  PresetSet,
  Rendition,
  RenditionKind,
  VersionFacts,
} from './types.ts'
export { imageChangedTopic } from './types.ts'
export type { ImageBefore } from './uploads/create-image.ts'
export { nameInAddress } from './uploads/names.ts'
export { openAddress } from './work/fetch-picture.ts'
