import { Failure } from '@rendition/contract'
import { originalETag } from '../../images/index.ts'
import type { Clock } from '../../platform/clock.ts'
import { checkMatch, isNotModified, OutOfRange, rangeOf } from '../../platform/http/conditions.ts'
import type { Storage } from '../../platform/storage/port.ts'
import type { DeliveryConfig } from '../config.ts'
import type { Choice } from '../plan/choose-plan.ts'
import type { OriginalPlan } from '../plan/plan.ts'
import { mayReadPictures } from '../request/access.ts'
import type { Admitted } from '../request/admit.ts'
import type { PictureRequest } from '../request/picture-request.ts'
import type { Answer } from './answer.ts'
import { type CleanedOriginal, type Cleaning, overlay } from './cleaned-original.ts'
import type { FrontServer } from './front-server.ts'
import { headOf, remainingSeconds, since } from './head.ts'
import { answerHeaders, bypassStatus, redirectHeaders } from './headers.ts'
import { directLink } from './redirect.ts'

export interface OriginalOptions {
  cleaning: Cleaning
  storage: Pick<Storage, 'get' | 'link'>
  frontServer: FrontServer
  clock: Clock
  config: DeliveryConfig
}

/** An original as this caller gets it. */
interface Given {
  admitted: Admitted
  choice: Choice<OriginalPlan>
  /** null for the bytes as they lie in the storage. */
  cleaned: CleanedOriginal | null
}

/** The stored bytes, streamed, in ranges too; or the way to where the storage sends them itself. */
export async function answerOriginal(
  request: PictureRequest,
  asked: Admitted,
  chosen: Choice<OriginalPlan>,
  { cleaning, storage, frontServer, clock, config }: OriginalOptions,
  started: number,
  signal: AbortSignal,
): Promise<Answer> {
  const { admitted, choice, cleaned } = await forCaller(request, asked, chosen, cleaning, signal)
  const { key, format, contentType, size, sha256 } = choice.plan.version.original
  const etag = cleaned?.etag ?? originalETag(sha256)
  const form = cleaned === null ? 'original' : 'cleaned'
  const head = headOf(admitted, choice, { etag, contentType, format }, form)
  const headers = (length: number | null): Record<string, string> =>
    answerHeaders(
      head,
      {
        length,
        remainingSeconds: remainingSeconds(admitted, clock),
        cacheStatus: bypassStatus,
        serverTiming: `total;dur=${since(started)}`,
      },
      config,
    )
  const answer = { layer: 'original', repeatable: null, body: null, pictureBytes: size } as const

  checkMatch(request.conditions, etag)
  if (isNotModified(request.conditions, etag, head.modifiedAt)) {
    return { ...answer, pictureBytes: 0, status: 304, headers: headers(null) }
  }
  const range = request.method === 'GET' ? rangeOf(request.range, size, etag) : null
  if (range === 'unsatisfiable') {
    const cause = new OutOfRange(size)
    throw new Failure('range_not_satisfiable', `The original has ${size} bytes.`, { cause })
  }
  // A link is for the bytes as they lie in the storage, and does not end with a share.
  const link =
    cleaned === null && admitted.audience !== 'shared'
      ? await directLink(request, { key, size }, head, admitted.expiresAt, {
          storage,
          config,
          now: clock.now(),
        })
      : null
  if (link !== null) return { ...answer, status: 302, headers: redirectHeaders(head, link) }
  if (request.method === 'HEAD') return { ...answer, status: 200, headers: headers(size) }
  // The front server reads Range by itself, and would not leave aside what we do.
  const isPlain = request.range.range === undefined || range !== null
  const handed =
    cleaned === null && request.sentByFront && isPlain ? await frontServer.handOver({ key, size }) : null
  if (handed !== null) return { ...answer, status: 200, headers: { ...headers(0), ...handed } }
  const stored = await storage.get(key, { signal, ...(range === null ? {} : { range }) })
  const body = cleaned === null ? stored : overlay(stored, cleaned.patches, range?.start ?? 0)
  if (range === null) return { ...answer, status: 200, headers: headers(size), body }
  const { start, end } = range
  const part = { ...headers(end - start + 1), 'content-range': `bytes ${start}-${end}/${size}` }
  return { ...answer, pictureBytes: end - start + 1, status: 206, headers: part, body }
}

/**
 * How an original is given to this caller. A stranger gets it cleaned, unless there is nothing to clean or the owner
 * says otherwise; whatever may become another answer by that is not kept for long.
 */
async function forCaller(
  request: PictureRequest,
  admitted: Admitted,
  choice: Choice<OriginalPlan>,
  cleaning: Cleaning,
  signal: AbortSignal,
): Promise<Given> {
  if (!admitted.stranger) return { admitted, choice, cleaned: null }
  const { facts } = admitted.image
  const passing = { ...choice, fixed: false }
  const guest = admitted.audience === 'shared'
  if (facts.publicOriginal === 'untouched' && !guest) return { admitted, choice: passing, cleaned: null }
  const cleaned = await cleaning.get(choice.plan.version, signal)
  if (cleaned?.patches.length === 0) return { admitted, choice, cleaned: null }
  if (!guest && mayReadPictures(await request.caller(), facts)) {
    return { admitted: { ...admitted, audience: 'caller' }, choice, cleaned: null }
  }
  if (cleaned === null) {
    throw new Failure(
      'signature_required',
      'This file cannot be freed of what strangers must not see: its original needs a signature.',
    )
  }
  return { admitted, choice: passing, cleaned }
}
