import { Readable } from 'node:stream'
import { setTimeout as pause } from 'node:timers/promises'
import { Failure, isFailure } from '@rendition/contract'
import type { Attempt } from '../../jobs/index.ts'
import type { Outbound, OutboundAnswer } from '../../platform/http/outbound.ts'
import { type ReceiveDeps, type ReceivedFile, receiveFile } from '../uploads/receive-file.ts'

export interface AddressDeps {
  outbound: Outbound
  config: { importTimeoutMs: number }
  maxFileBytes: number
}

export type FetchDeps = ReceiveDeps & AddressDeps

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
  const { body, url: from } = await openAddress(deps, attempt, url)
  return { file: await receiveFile(deps, body, attempt.signal, false), url: from }
}

/**
 * The bytes that an address gives, going on by ranges where the line breaks, and the address that gave them in the end.
 * Throws `import_refused`, `fetch_failed`, `address_not_allowed` and `file_too_large`.
 */
export async function openAddress(
  deps: AddressDeps,
  attempt: Pick<Attempt, 'signal' | 'progress'>,
  url: string,
): Promise<{ body: Readable; url: string }> {
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
  const said = Number(first.headers.get('content-length') ?? Number.NaN)
  const length = isPlain(first) && said >= 0 ? said : null
  if (length !== null && length > deps.maxFileBytes) {
    await first.body.cancel()
    throw new Failure('file_too_large', `A file may have at most ${deps.maxFileBytes} bytes.`)
  }
  const told = (bytes: number): void => {
    if (length !== null && length > 0) attempt.progress(shareOfFetching * Math.min(1, bytes / length))
  }
  const etag = isPlain(first) ? strongETag(first) : null
  const source: Source = { first, length, etag, get, told, signal: attempt.signal }
  return { body: Readable.from(bytesOf(source), { objectMode: false }), url: first.url || url }
}

interface Source {
  first: OutboundAnswer
  /** Bytes; null where it does not say. */
  length: number | null
  /** What ranges are held to; null where they may not be asked for. */
  etag: string | null
  get(headers: Record<string, string>): Promise<OutboundAnswer>
  told(bytes: number): void
  signal: AbortSignal
}

/** What is packed all the same has another length, and ranges of other bytes. */
const isPlain = ({ headers }: OutboundAnswer): boolean =>
  ['', 'identity'].includes(headers.get('content-encoding')?.toLowerCase() ?? '')

/** By which the source names exactly these bytes; null where it does not, or has no ranges. */
function strongETag({ headers }: OutboundAnswer): string | null {
  const etag = headers.get('etag')
  const named = etag !== null && /^"[^"]*"$/.test(etag)
  return named && headers.get('accept-ranges') !== 'none' ? etag : null
}

/**
 * The body, going on by ranges where it breaks, or where a range ends before the picture does: only where the source named
 * exactly these bytes by a strong ETag, which `If-Range` holds it to. Whatever else it answers then, the failure that
 * broke it stands.
 */
async function* bytesOf({ first, length, etag, get, told, signal }: Source): AsyncGenerator<Uint8Array> {
  let answer: OutboundAnswer | null = first
  let whole = length
  let got = 0
  let breaks = 0
  let broke: unknown = null
  let over = false
  for (;;) {
    try {
      if (answer === null) {
        const asked = { range: `bytes=${got}-`, 'if-range': etag ?? '' }
        const rest = await restOf(await get(asked), { from: got, whole, etag })
        over = rest === null
        if (rest === null) throw broke
        answer = rest.answer
        whole = rest.whole
      }
      for await (const chunk of answer.body ?? []) {
        breaks = 0
        got += chunk.byteLength
        told(got)
        yield chunk
      }
      if (whole === null || got === whole) return
      throw new Failure('fetch_failed', 'The answer ended before the picture did.')
    } catch (error) {
      broke = error
    }
    signal.throwIfAborted()
    breaks += 1
    const mayGoOn = etag !== null && got > 0 && breaks <= mostBreaks && isFailure(broke, 'fetch_failed')
    if (over || !mayGoOn) throw broke
    answer = null
    await pause(breakPauseMs * breaks, undefined, { signal })
  }
}

/**
 * The rest of the very same bytes, or the next of them, and how many there are of all; null where it is something else.
 * Throws `import_refused` where the source says that they are others now.
 */
async function restOf(
  answer: OutboundAnswer,
  { from, whole, etag }: { from: number; whole: number | null; etag: string | null },
): Promise<{ answer: OutboundAnswer; whole: number } | null> {
  const { status, headers, body } = answer
  const [, start, all] = /^bytes (\d+)-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '') ?? []
  const others = all !== undefined && whole !== null && Number(all) !== whole
  const same = (headers.get('etag') ?? etag) === etag && !others
  if (status === 206 && same && Number(start) === from && isPlain(answer))
    return { answer, whole: Number(all) }
  await body?.cancel()
  // Busy or away: it may pass.
  if (status >= 500 || status === 429) throw new Failure('fetch_failed', `The address answered ${status}.`)
  if (status > 299 || same) return null
  throw new Failure('import_refused', 'The picture at the address changed while it was fetched.')
}
