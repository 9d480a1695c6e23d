import { type Client, isProblem, type TokenStore, tokensOf } from '@rendition/client'
import type { QueryClient } from '@tanstack/react-query'
import { createImageCache, type ImageCache } from './image-cache.ts'
import { createJobCache, type JobCache } from './job-cache.ts'
import { createQueryCache } from './query-cache.ts'
import { createRunningBatch, type RunningBatch } from './running-batch.ts'
import { createSeen, type Seen } from './seen.ts'
import { createSelection, type Selection } from './selection.ts'
import type { UploadKeeper } from './upload-keeper.ts'
import { createUploadQueue, type UploadQueue } from './upload-queue.ts'
import type { UploadSender } from './upload-sender.ts'

/** Everything the page holds of one signed-in account. It ends with the account's session, and all of it goes then. */
export interface Account {
  readonly userId: string
  /** Another one for every time that somebody signs in: what React keys the page by. */
  readonly key: number
  /** Asks as this account or not at all, whoever has signed in meanwhile. */
  readonly client: Client
  readonly images: ImageCache
  readonly jobs: JobCache
  readonly uploads: UploadQueue
  readonly selection: Selection
  /** The batch of edits that runs. */
  readonly running: RunningBatch
  /** What stands in for the service's answers where it cannot be reached. */
  readonly seen: Seen
  /** Aborted when the account is no longer signed in here. */
  readonly ended: AbortSignal
  /** Ends the session here and at the service; `NetworkError` when that could not be told. */
  signOut(): Promise<void>
}

/** An account with what only its scope in the page needs. */
export interface OpenAccount {
  readonly account: Account
  /** What the hooks of this folder ask through. Whoever else changes images does so by `account.images`. */
  readonly queries: QueryClient
}

/**
 * Why nobody is signed in any more: the service no longer took the session, or it went from this browser's store (another
 * tab signed out, say).
 */
export type SessionEnd = 'refused' | 'gone'

export interface Accounts {
  /** Who is signed in; null when nobody is. */
  current(): OpenAccount | null
  /** How the last session ended; null while there is one, or when its owner signed out here. */
  lastEnd(): SessionEnd | null
  subscribe(listener: () => void): () => void
  /** Looks at the stored session: for whoever may have missed that it changed. */
  check(): void
}

export interface AccountsDeps {
  tokens: TokenStore
  openClient(store: TokenStore, fetchImpl: typeof fetch): Client
  fetch: typeof fetch
  online(): boolean
  openSender(client: Client): UploadSender
  /** Of an account's files that are not uploaded yet. */
  openKeeper(userId: string): UploadKeeper
  /** Nothing of anybody else may stay in this browser. */
  forgetOthers(allBut: string | null): void
}

/** More at once make no upload faster, and all of them slower to show their first result. */
const uploadsAtOnce = 3

/** Follows the stored session: one account at a time, ended in the moment in which another or none takes its place. */
export function createAccounts(deps: AccountsDeps): Accounts {
  const { tokens } = deps
  const listeners = new Set<() => void>()
  let lastKey = 0
  let open: Opened | null = null
  let lastEnd: SessionEnd | null = null

  const check = (): void => {
    const userId = tokens.read()?.userId ?? null
    if (userId === (open?.account.userId ?? null)) return
    const before = open
    open = userId === null ? null : openAccount(deps, userId, ++lastKey)
    const why = before?.end() ?? null
    deps.forgetOthers(userId)
    lastEnd = userId === null ? why : null
    for (const listener of listeners) listener()
  }
  tokens.subscribe(check)
  if (tokens.read() === null) deps.forgetOthers(null)
  check()

  return {
    current: () => open,
    lastEnd: () => lastEnd,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    check,
  }
}

interface Opened extends OpenAccount {
  /** Gives why it ended; null when it was signed out here. */
  end(): SessionEnd | null
}

function openAccount(deps: AccountsDeps, userId: string, key: number): Opened {
  const aborting = new AbortController()
  const ended = aborting.signal
  const own = tokensOf(deps.tokens, userId)
  let ending: SessionEnd | null = 'gone'
  /** The account's store, in which an end is for this reason. */
  const endingAs = (reason: SessionEnd | null): TokenStore => ({
    ...own,
    write(tokens) {
      if (tokens === null) ending = reason
      own.write(tokens)
    },
  })
  const client = deps.openClient(endingAs('refused'), (input, init) =>
    ended.aborted ? Promise.reject(ended.reason) : deps.fetch(input, init),
  )
  const queries = createQueryCache()
  const isCurrent = (): boolean => deps.tokens.read()?.userId === userId
  const seen = createSeen({ userId, queries, ended, isCurrent })
  const images = createImageCache(queries, seen.forget)
  const jobs = createJobCache(queries)
  const uploads = createUploadQueue({
    sender: deps.openSender(client),
    keeper: deps.openKeeper(userId),
    onUploaded: images.put,
    online: deps.online,
    answers: () => client.auth.me().then(() => true, isAnswer),
    atOnce: uploadsAtOnce,
  })
  const account: Account = {
    userId,
    key,
    client,
    images,
    jobs,
    uploads,
    selection: createSelection(),
    running: createRunningBatch(),
    seen,
    ended,
    signOut() {
      const unfinished = uploads.unfinished()
      const token = own.read()?.accessToken ?? ''
      // By a client that does not end with the account: the service is told after everything here has gone.
      const leaving = deps.openClient(endingAs(null), async (input, init) => {
        await giveUpAll(deps.fetch, unfinished, token)
        return deps.fetch(input, init)
      })
      return leaving.auth.logout()
    },
  }
  const end = (): SessionEnd | null => {
    aborting.abort()
    uploads.end()
    void queries.cancelQueries()
    queries.clear()
    return ending
  }
  return { account, queries, end }
}

/** A refusal is an answer as well; only a service that is away, or falls over, gives none. */
const isAnswer = (error: unknown): boolean => isProblem(error) && error.status < 500

/** So many at most, and no longer than this: the rest goes by itself when its time is over. */
const mostGivenUp = 50
const giveUpMs = 3_000

/** What was half sent is taken back while the session still lives. */
async function giveUpAll(fetchImpl: typeof fetch, urls: readonly string[], token: string): Promise<void> {
  if (urls.length === 0) return
  const signal = AbortSignal.timeout(giveUpMs)
  const headers = { authorization: `Bearer ${token}`, 'tus-resumable': '1.0.0' }
  await Promise.allSettled(
    urls.slice(0, mostGivenUp).map((url) => fetchImpl(url, { method: 'DELETE', headers, signal })),
  )
}
