import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { Failure, isFailure } from '@rendition/contract'
import type { Attempt } from '../../jobs/index.ts'
import type { Outbound, OutboundAnswer } from '../../platform/http/outbound.ts'
import { type ReceiveDeps, type ReceivedFile, receiveFile } from '../uploads/receive-file.ts'

export interface FetchDeps extends ReceiveDeps {
  outbound: Outbound
  config: { importTimeoutMs: number }
}

/** So many times as long as its head may the body of a picture take: no slow address holds a worker for ever. */
const bodyPatience = 10
const maxRedirects = 5
/** A line that breaks again and again without bringing anything is no line. */
const mostBreaks = 5
const breakPauseMs = 200
/** Of the job; the rest is for judging and storing. */
const shareOfFetching = 0.8

/** What the address gives, received like an upload, and the address that gave it in the end. */
export async function fetchPicture(
  deps: FetchDeps,
  attempt: Pick<Attempt, 'signal' | 'progress'>,
  url: string,
): Promise<{ file: ReceivedFile; url: string }> {
  const { importTimeoutMs } = deps.config
  const until = Date.now() + (1 + bodyPatience) * importTimeoutMs
  const get = (headers: Record<string, string>): Promise<OutboundAnswer> =>
    deps.outbound.fetch(url, {
      timeoutMs: Math.max(1, Math.min(importTimeoutMs, until - Date.now())),
      bodyTimeoutMs: Math.max(1, Math.min(bodyPatience * importTimeoutMs, until - Date.now())),
      maxRedirects,
      signal: attempt.signal,
      // What is packed on the way has other bytes, and ranges of those.
      headers: { accept: 'image/*', 'accept-encoding': 'identity', ...headers },
    })
  const first = await get({})
  if (first.status < 200 || first.status > 299 || first.body === null) {
    await first.body?.cancel()
    // 5xx may pass; 404 stays.
    const code = first.status >= 500 || first.status === 429 ? 'fetch_failed' : 'import_refused'
    throw new Failure(code, `The address answered ${first.status}.`)
  }
  const length = Number(first.headers.get('content-length') ?? Number.NaN)
  if (length > deps.maxFileBytes) {
    await first.body.cancel()
    throw new Failure('file_too_large', `A file may have at most ${deps.maxFileBytes} bytes.`)
  }
  const told = (bytes: number): void => {
    if (length > 0) attempt.progress(shareOfFetching * Math.min(1, bytes / length))
  }
  const body = Readable.from(bytesOf(first, get, told, attempt.signal), { objectMode: false })
  const file = await receiveFile(deps, body, attempt.signal, false)
  return { file, url: first.url || url }
}

/**
 * The body, going on by ranges where it breaks: only where the source named exactly these bytes by a strong ETag, which
 * `If-Range` holds it to. Whatever else it answers then is the failure that broke it.
 */
async function* bytesOf(
  first: OutboundAnswer,
  get: (headers: Record<string, string>) => Promise<OutboundAnswer>,
  told: (bytes: number) => void,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const etag = first.headers.get('etag')
  const resumes = etag !== null && /^"[^"]*"$/.test(etag) && first.headers.get('accept-ranges') !== 'none'
  let answer: OutboundAnswer | null = first
  let got = 0
  let breaks = 0
  for (;;) {
    let failure: unknown
    try {
      answer ??= await continued(await get({ range: `bytes=${got}-`, 'if-range': etag ?? '' }), got, etag)
      for await (const chunk of answer.body ?? []) {
        breaks = 0
        got += chunk.byteLength
        told(got)
        yield chunk
      }
      return
    } catch (error) {
      failure = error
    }
    signal.throwIfAborted()
    breaks += 1
    if (!resumes || got === 0 || breaks > mostBreaks || !isFailure(failure, 'fetch_failed')) throw failure
    answer = null
    await pause(breakPauseMs * breaks, undefined, { signal })
  }
}

/** The rest of the very same bytes, or a failure. */
async function continued(answer: OutboundAnswer, from: number, etag: string | null): Promise<OutboundAnswer> {
  const { status, headers, body } = answer
  const isRest =
    status === 206 &&
    headers.get('content-range')?.startsWith(`bytes ${from}-`) === true &&
    (headers.get('etag') ?? etag) === etag
  if (isRest) return answer
  await body?.cancel()
  // Busy or away: it may pass.
  if (status >= 500 || status === 429) throw new Failure('fetch_failed', `The address answered ${status}.`)
  throw new Failure('import_refused', 'The picture at the address changed while it was fetched.')
}
