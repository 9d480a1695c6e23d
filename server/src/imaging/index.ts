export { ENGINE_EPOCH } from './epoch.ts'
export { probe } from './probe.ts'
export { render } from './render.ts'
export type {
  ByteReader,
  ImageSource,
  ImagingLimits,
  OutputRequest,
  Placeholder,
  Probe,
  RawPixels,
  RenderedOutput,
  RenderRequest,
  RenderResult,
  SourceFormat,
} from './types.ts'
