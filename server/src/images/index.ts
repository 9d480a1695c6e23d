export { composeRecipe } from './compose-recipe.ts'
export { type ImagesConfig, imagesConfigSchema } from './config.ts'
export { type NewImageFields, recordImage, storeThenRecord } from './create-image.ts'
export { createImages, type Images, type ImagesDeps } from './create-images.ts'
export { passingResult } from './plan-work.ts'
export { type ReceivedFile, receiveFile } from './receive-file.ts'
export type {
  Asset,
  ImageFacts,
  ImageReader,
  Ledger,
  NewRendition,
  OriginalFacts,
  Preset,
  Rendition,
  RenditionKind,
  VersionFacts,
} from './types.ts'
export { imageChangedTopic } from './types.ts'
export { cleanName, type UploadSession } from './upload-files.ts'
export type { ImageWork, Placeholder, WorkOutput, WorkPlan } from './work.ts'
export { importInputSchema, renditionsInputSchema, transformInputSchema } from './work-keys.ts'
