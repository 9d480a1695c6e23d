import { type AccountPart, createAccountPart } from './account.ts'
import { type Admin, createAdmin } from './admin.ts'
import { type Albums, createAlbums } from './albums.ts'
import { type Auth, createAuth, exchangeRefreshToken } from './auth.ts'
import type { Channel } from './events/channel.ts'
import { createEvents, type Events } from './events/index.ts'
import { sseChannel } from './events/sse-channel.ts'
import { websocketChannel } from './events/websocket-channel.ts'
import { createExports, type Exports } from './exports.ts'
import { createImages, type Images } from './images.ts'
import { createJobs, type Jobs } from './jobs.ts'
import { createKeys, type Keys } from './keys.ts'
import { createPresets, type PresetsPart } from './presets.ts'
import { createProviders, type Providers } from './providers.ts'
import { createReceipts, type Receipts } from './receipts.ts'
import { createSearches, type Searches } from './searches.ts'
import { createSession, type Locks } from './session.ts'
import type { ShapeCheck } from './shape.ts'
import { createSharedPages, createShares, type SharedPages, type Shares } from './shares.ts'
import { memoryTokens, type TokenStore } from './tokens.ts'
import { createTransport } from './transport.ts'
import { createTwoSteps, type TwoSteps } from './two-step.ts'
import { createUploads, type Uploads } from './uploads.ts'
import { createWebhooks, type Webhooks } from './webhooks.ts'

export interface ClientOptions {
  /** Where the service answers, e.g. `https://images.example.org`. Empty in a page of the service itself. */
  baseUrl?: string
  /** For tests, proxies, tracing. */
  fetch?: typeof fetch
  /** Where the session of `auth.login` is kept; in memory unless said otherwise. */
  tokens?: TokenStore
  /** Ask as this API key instead of as a signed-in user. */
  apiKey?: string
  /** Holds every answer to its shape: pass `checkShape` in development and tests. */
  check?: ShapeCheck
  /** One refresh at a time among tabs; the browser's own unless given. null to do without. */
  locks?: Locks | null
  /** null to use Server-Sent Events only. */
  WebSocket?: typeof WebSocket | null
}

export interface Client {
  auth: Auth
  account: AccountPart
  admin: Admin
  images: Images
  uploads: Uploads
  albums: Albums
  searches: Searches
  shares: Shares
  exports: Exports
  receipts: Receipts
  /** What shares open, to their guests. */
  shared: SharedPages
  jobs: Jobs
  presets: PresetsPart
  webhooks: Webhooks
  keys: Keys
  twoStep: TwoSteps
  providers: Providers
  events: Events
}

/** A client of one service, as one user or one key. */
export function createClient(options: ClientOptions = {}): Client {
  const fetchImpl = options.fetch ?? globalThis.fetch.bind(globalThis)
  const tokens = options.tokens ?? memoryTokens()
  const transport = createTransport({
    baseUrl: options.baseUrl ?? '',
    fetch: fetchImpl,
    apiKey: options.apiKey,
    check: options.check,
    session: () => session,
  })
  const session = createSession({
    tokens,
    exchange: (refreshToken) => exchangeRefreshToken(transport, refreshToken),
    locks: options.locks === undefined ? browserLocks() : options.locks,
  })
  const Socket = options.WebSocket === undefined ? globalThis.WebSocket : options.WebSocket
  const channels: Channel[] = [sseChannel(transport)]
  // A browser's socket cannot send the key's header, and the first message takes tokens only.
  if (Socket !== null && Socket !== undefined && options.apiKey === undefined) {
    channels.unshift(websocketChannel(transport, session, Socket))
  }
  return {
    auth: createAuth(transport, session),
    account: createAccountPart(transport),
    admin: createAdmin(transport),
    images: createImages(transport, fetchImpl),
    uploads: createUploads(transport, fetchImpl),
    albums: createAlbums(transport),
    searches: createSearches(transport),
    shares: createShares(transport),
    exports: createExports(transport),
    receipts: createReceipts(transport),
    shared: createSharedPages(transport),
    jobs: createJobs(transport),
    presets: createPresets(transport),
    webhooks: createWebhooks(transport),
    keys: createKeys(transport),
    twoStep: createTwoSteps(transport),
    providers: createProviders(transport, session),
    events: createEvents(channels),
  }
}

/** Absent in Node, and in pages that are neither on https nor on localhost. */
function browserLocks(): Locks | null {
  const locks = globalThis.navigator?.locks
  return locks === undefined ? null : { request: (name, work) => locks.request(name, work) }
}
