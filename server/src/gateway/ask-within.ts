import type { App } from '../platform/http/app.ts'
import type { AskUpstream } from './older-answers.ts'

/**
 * Asks the routes of this process, which answer or lead to where they are answered. They see who asks, as if the caller
 * had: calls are counted by address, and endpoints are told it. A body the caller may have sent stays behind.
 */
export function askWithin(app: App): AskUpstream {
  return async (caller, url) => {
    const {
      connection: _hop,
      'content-length': _length,
      'transfer-encoding': _coding,
      // What is asked here is read here; the caller's own answer is compressed on its way out.
      'accept-encoding': _compressed,
      ...headers
    } = caller.headers
    const answer = await app.inject({
      method: 'GET',
      url,
      headers: { ...headers, 'x-request-id': caller.id },
      remoteAddress: caller.ip,
    })
    return { status: answer.statusCode, headers: answer.headers, body: answer.rawPayload }
  }
}
