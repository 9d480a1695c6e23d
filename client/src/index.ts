/** Typed client of Rendition: accounts, keys, images, jobs, webhooks and live events. Runs in browsers and in Node. */
/** What is sent and answered: `Image`, `Job`, `Webhook…`, by the names of the API reference. */
export type * from '@rendition/contract'
export type {
  OperationInput,
  PresetChange,
  PresetEstimateRequest,
  Transformation,
  TransformParameters,
} from '@rendition/contract/recipe'
export type { AccountPart } from './account.ts'
export type {
  ActivityQuery,
  Admin,
  AllJobsChange,
  AllJobsFilter,
  AuditQuery,
  PurgeRequest,
  UserQuery,
} from './admin.ts'
export type { AlbumPlace, AlbumQuery, Albums } from './albums.ts'
export type { Asking, PageQuery } from './asking.ts'
export type { Auth } from './auth.ts'
export { type Client, type ClientOptions, createClient } from './create-client.ts'
export type { EventListeners, Events, EventsState } from './events/index.ts'
export type { Exports } from './exports.ts'
export type { FacetsQuery, ImageChange, ImageQuery, Images, MarkupQuery, TransformOptions } from './images.ts'
export type { JobOptions, JobQuery, JobRequest, Jobs } from './jobs.ts'
export type { KeyRequest, Keys } from './keys.ts'
export {
  type LoaderOptions,
  type NextLoaderInput,
  nextLoader,
  type UnpicOperations,
  type UnpicProvider,
  unpicProvider,
} from './loaders.ts'
export type { PresetsAsked, PresetsPart } from './presets.ts'
export { isProblem, NetworkError, ProblemError, problemFrom } from './problem.ts'
export type { ReceiptKeys, ReceiptQuery, Receipts } from './receipts.ts'
export type { Searches } from './searches.ts'
export type { Locks } from './session.ts'
export type { ShapeCheck, ShapeName } from './shape.ts'
export type { GuestAsking, SharedPages, ShareQuery, Shares } from './shares.ts'
export { memoryTokens, storedTokens, type TokenStore, type Tokens, tokensOf } from './tokens.ts'
export type { TwoSteps } from './two-step.ts'
export type { ReplaceOptions, UploadOptions } from './upload.ts'
export type { DirectOptions, Uploads } from './uploads.ts'
export {
  createUrlBuilder,
  type Picture,
  type PictureParameters,
  type UrlBuilder,
  type UrlBuilderOptions,
  type UrlKey,
} from './url.ts'
export { verifyWebhook, WebhookError, type WebhookMessage } from './verify-webhook.ts'
export type { DeliveryQuery, Webhooks } from './webhooks.ts'
