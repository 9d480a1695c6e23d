/** Typed client of Rendition: accounts, images, jobs and live events. Runs in browsers and in Node. */
export type { Auth } from './auth.ts'
export { type Client, type ClientOptions, createClient } from './create-client.ts'
export type { EventListeners, Events, EventsState } from './events/index.ts'
export type { ImageChange, ImageQuery, Images } from './images.ts'
export type { JobQuery, Jobs } from './jobs.ts'
export {
  type LoaderOptions,
  type NextLoaderInput,
  nextLoader,
  type UnpicOperations,
  type UnpicProvider,
  unpicProvider,
} from './loaders.ts'
export { isProblem, NetworkError, ProblemError } from './problem.ts'
export type { Locks } from './session.ts'
export type { ShapeCheck, ShapeName } from './shape.ts'
export { memoryTokens, storedTokens, type TokenStore, type Tokens } from './tokens.ts'
export type { UploadOptions } from './upload.ts'
export {
  createUrlBuilder,
  type Picture,
  type PictureParameters,
  type UrlBuilder,
  type UrlBuilderOptions,
  type UrlKey,
} from './url.ts'
