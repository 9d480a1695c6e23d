import type { Clock } from '../../platform/clock.ts'
import { checkMatch, isNotModified } from '../../platform/http/conditions.ts'
import type { DeliveryConfig } from '../config.ts'
import type { Choice } from '../plan/choose-plan.ts'
import { othersOf, type RenditionPlan } from '../plan/plan.ts'
import type { Found, Renditions } from '../renditions/find-or-render.ts'
import type { Admitted } from '../request/admit.ts'
import type { PictureRequest } from '../request/picture-request.ts'
import type { Answer, Repeatable } from './answer.ts'
import type { FrontServer } from './front-server.ts'
import { headOf, modifiedAt, remainingSeconds, since } from './head.ts'
import { type AnswerHead, answerHeaders, cacheStatusOf } from './headers.ts'

/** What is written about a rendition, where that is the whole answer: no pixels are read then. null where they are needed. */
export async function describeRendition(
  { method, conditions }: PictureRequest,
  admitted: Admitted,
  choice: Choice<RenditionPlan>,
  { renditions }: { renditions: Pick<Renditions, 'peek'> },
): Promise<Found | null> {
  const date = modifiedAt(admitted, choice)
  const dated = date !== null && conditions.ifModifiedSince !== undefined
  if (method !== 'HEAD' && conditions.ifNoneMatch === undefined && !dated) return null
  const known = await renditions.peek(choice.plan)
  if (known === null || method === 'HEAD') return known
  return isNotModified(conditions, known.meta.etag, date) ? known : null
}

/** A stored rendition that is not in memory, where the front server is to send it; null where we send it. */
export async function handOverRendition(
  { method, sentByFront, range, conditions }: PictureRequest,
  plan: RenditionPlan,
  { renditions, frontServer }: { renditions: Pick<Renditions, 'stored'>; frontServer: FrontServer },
): Promise<{ found: Found; headers: Record<string, string> } | null> {
  // We send no parts of renditions, and what is conditional may need no bytes.
  if (!sentByFront || method !== 'GET' || range.range !== undefined) return null
  if (conditions.ifNoneMatch !== undefined || conditions.ifModifiedSince !== undefined) return null
  const stored = await renditions.stored(plan)
  const headers = stored === null ? null : await frontServer.handOver(stored)
  return stored === null || headers === null ? null : { found: stored.found, headers }
}

/** A rendition as the answer to a request: 304 for who has it, its headers alone for HEAD. */
export function answerRendition(
  request: PictureRequest,
  admitted: Admitted,
  choice: Choice<RenditionPlan>,
  found: Found,
  { clock, config }: { clock: Clock; config: DeliveryConfig },
  started: number,
  /** Has the front server send the bytes. */
  handed: Record<string, string> | null = null,
): Answer {
  const { layer, meta, size, timings } = found
  const head = headOf(admitted, choice, meta, 'rendition')
  checkMatch(request.conditions, head.etag)
  const unchanged = isNotModified(request.conditions, head.etag, head.modifiedAt)
  const spent =
    timings === null
      ? ''
      : `lookup;dur=${timings.lookup.toFixed(1)}, render;dur=${timings.render.toFixed(1)}, `
  const details = {
    length: unchanged ? null : handed === null ? size : 0,
    remainingSeconds: remainingSeconds(admitted, clock),
    cacheStatus: cacheStatusOf(layer),
    serverTiming: `${spent}total;dur=${since(started)}`,
  }
  return {
    status: unchanged ? 304 : 200,
    headers: { ...answerHeaders(head, details, config), ...handed },
    body: unchanged || request.method === 'HEAD' ? null : found.bytes,
    pictureBytes: unchanged ? 0 : size,
    layer,
    repeatable: repeatableOf(admitted, choice, found, head),
  }
}

function repeatableOf(
  { image, query, expiresAt }: Admitted,
  { plan, negotiated, wish }: Choice<RenditionPlan>,
  { entry }: Found,
  head: AnswerHead,
): Repeatable | null {
  // A name in the URL makes endless URLs of one picture: they are not worth a place.
  const named = typeof query.request.download === 'string'
  if (entry === null || head.audience === 'caller' || head.audience === 'shared' || head.hinted || named)
    return null
  const lasting = negotiated === null && othersOf(plan).length === 0
  return { entry, image, head, expiresAt, wish, negotiated: negotiated !== null, lasting }
}
