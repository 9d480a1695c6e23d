export type {
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
