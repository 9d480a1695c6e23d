import { Failure } from '@rendition/contract'
import { uuidv7 } from 'uuidv7'
import type { Outbound } from '../../platform/http/outbound.ts'
import type { NotifyConfig } from '../config.ts'
import { signedHeaders } from '../secret.ts'

const timeoutMs = 15_000

export interface PurgeRequest {
  url: string
  tags: readonly string[]
  now: Date
  signal?: AbortSignal
}

/**
 * Tells one cache to forget tags, in the words of all at once: `Surrogate-Key` is what Fastly and VCL read, the body what
 * Cloudflare does. Throws `fetch_failed` for anything but a 2xx.
 */
export async function sendPurge(
  outbound: Outbound,
  { purgeSecret, purgeHeaders }: Pick<NotifyConfig, 'purgeSecret' | 'purgeHeaders'>,
  { url, tags, now, signal }: PurgeRequest,
): Promise<void> {
  const body = JSON.stringify({ tags })
  const answer = await outbound.fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'surrogate-key': tags.join(' '),
      ...(purgeSecret === undefined ? {} : signedHeaders([purgeSecret], uuidv7(), now, body)),
      ...Object.fromEntries(purgeHeaders),
    },
    body,
    timeoutMs,
    maxRedirects: 0,
    ...(signal === undefined ? {} : { signal }),
  })
  await answer.body?.cancel().catch(() => undefined)
  if (answer.status < 200 || answer.status >= 300) {
    throw new Failure('fetch_failed', `The cache answered ${answer.status}.`)
  }
}
