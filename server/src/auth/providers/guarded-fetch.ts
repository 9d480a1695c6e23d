import { Failure } from '@rendition/contract'
import type { CustomFetch } from 'openid-client'
import type { Outbound } from '../../platform/http/outbound.ts'

const timeoutMs = 10_000
/** Discovery, keys and tokens have some kilobytes. */
const mostBytes = 1 << 20

/** Of the provider's library: by the guard of outbound addresses, without redirects, and with an end. */
export function guardedFetch(outbound: Pick<Outbound, 'fetch'>): CustomFetch {
  return async (url, { method, headers, body, signal }) => {
    const isForm = body instanceof URLSearchParams
    if (body !== undefined && body !== null && !isForm && typeof body !== 'string') {
      throw new TypeError('a provider is sent forms alone')
    }
    const answer = await outbound.fetch(url, {
      method: method === 'POST' ? 'POST' : 'GET',
      headers: isForm ? { 'content-type': 'application/x-www-form-urlencoded', ...headers } : headers,
      ...(body === undefined || body === null ? {} : { body: body.toString() }),
      timeoutMs,
      bodyTimeoutMs: timeoutMs,
      maxRedirects: 0,
      ...(signal === undefined ? {} : { signal }),
    })
    const hasNone = [204, 205, 304].includes(answer.status)
    const bytes = await readAll(answer.body)
    return new Response(hasNone ? null : bytes, { status: answer.status, headers: [...answer.headers] })
  }
}

async function readAll(body: AsyncIterable<Uint8Array> | null): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.byteLength
    if (size > mostBytes) throw new Failure('fetch_failed', 'The answer is too long.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
