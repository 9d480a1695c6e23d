import type { Principal } from '../platform/http/principal.ts'
import type { Conditions, RangeRequest } from './conditions.ts'
import type { HintHeaders } from './negotiation.ts'

/** One request for a picture, free of HTTP libraries. */
export interface Ask {
  method: 'GET' | 'HEAD'
  imageId: string
  /** As it came, without the question mark. */
  query: string
  /** The verified caller, looked up only when the URL alone does not open the picture; throws 401 for a bad credential. */
  caller: () => Promise<Principal | null>
  accept: string | undefined
  conditions: Conditions
  range: RangeRequest
  hints: HintHeaders
  /** The request may go on to another host: it carries nothing that is for this one alone. */
  redirectable: boolean
}

/** Everything before the first byte, and the bytes. */
export interface Answer {
  status: 200 | 206 | 302 | 304
  headers: Record<string, string>
  body: Buffer | NodeJS.ReadableStream | null
}
