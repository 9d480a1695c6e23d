export { cleanOriginal } from './cleaning/clean-original.ts'
export { type CodePoints, hdrCodePoints } from './colour/numbers.ts'
export { plainTiff } from './decoding/plain-tiff.ts'
export { profileOf } from './decoding/profile.ts'
export { readMetadata } from './embedded/read-metadata.ts'
export { readSayings } from './embedded/read-sayings.ts'
export { type Square, squareOf } from './faces.ts'
export { saidInJpeg } from './metadata/said-in-jpeg.ts'
export { saidInTiff } from './metadata/said-in-tiff.ts'
export { type ReadHeader, readHeader } from './probe.ts'
export { render } from './render.ts'
export { type QualityChoice, type SourceFacts, settleQuality } from './settle-quality.ts'
export { checkWhole } from './treat.ts'
export type {
  ByteReader,
  DecodedSize,
  Face,
  ImageSource,
  ImagingLimits,
  OutputRequest,
  Placeholder,
  Probe,
  QualityCurve,
  RawPixels,
  RenderedOutput,
  RenderRequest,
  RenderResult,
  SourceFormat,
} from './types.ts'
