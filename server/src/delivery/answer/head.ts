import type { Clock } from '../../platform/clock.ts'
import { contentDisposition, safeContentType } from '../../platform/http/disposition.ts'
import { credentialHeaders } from '../../platform/http/keeping.ts'
import type { Choice } from '../plan/choose-plan.ts'
import { othersOf } from '../plan/plan.ts'
import type { Admitted } from '../request/admit.ts'
import type { AnswerHead } from './headers.ts'

/** When the picture was made: null where it can go back to an older one, which a date cannot tell. */
export const modifiedAt = ({ version }: Admitted, { fixed }: Choice): Date | null =>
  fixed ? version.createdAt : null

/** What the headers say of the picture that was chosen, or of the original in one of its forms. */
export function headOf(
  admitted: Admitted,
  choice: Choice,
  content: { etag: string; contentType: string; format: string },
  form: 'rendition' | 'original' | 'cleaned',
): AnswerHead {
  const { image, query, audience } = admitted
  const { plan, fixed, negotiated } = choice
  const { originalName } = image.facts
  return {
    imageId: image.facts.id,
    preset: query.request.preset === 'original' ? null : (query.request.preset ?? null),
    shows: plan.kind === 'original' ? [] : othersOf(plan),
    audience,
    fixed,
    etag: content.etag,
    contentType: safeContentType(content.contentType),
    disposition: contentDisposition({ ...content, originalName, download: query.request.download }),
    modifiedAt: modifiedAt(admitted, choice),
    vary: [
      ...(negotiated === null ? [] : ['Accept']),
      ...query.consulted,
      // The owner's credential gives other bytes
      ...(form === 'cleaned' ? credentialHeaders : []),
    ],
    hinted: query.consulted.length > 0,
    ranges: form !== 'rendition',
  }
}

/** Seconds that the URL still works; null when it has no end. */
export const remainingSeconds = ({ expiresAt }: Admitted, clock: Clock): number | null =>
  expiresAt === null ? null : Math.max(0, expiresAt - Math.ceil(clock.now().getTime() / 1000))

/** Milliseconds, as `Server-Timing` has them. */
export const since = (started: number): string => (performance.now() - started).toFixed(1)
