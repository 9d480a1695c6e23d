import type { Conditions, RangeRequest } from '../../platform/http/conditions.ts'
import type { Principal } from '../../platform/http/principal.ts'
import type { HintHeaders } from './hints.ts'

/** What a caller may still have made. */
export interface Allowance {
  /** Whose it is: an account's or an address's. */
  holder: () => Promise<string>
  /** Takes one picture of it. Throws `rate_limited`. */
  spend: () => Promise<void>
  /** Gives it back, where the picture was not begun. */
  giveBack: () => Promise<void>
}

/** One request for a picture, free of HTTP libraries. */
export interface PictureRequest {
  method: 'GET' | 'HEAD'
  imageId: string
  /** As it came, without the question mark. */
  query: string
  /**
   * The verified caller, looked up only when the URL alone does not settle the answer; null without a credential and for
   * one that is not valid. Throws what keeps a credential from being judged, and is not to be caught.
   */
  caller: () => Promise<Principal | null>
  /** Where it comes from, as one subscriber has it. */
  network: () => string
  allowance: Allowance
  accept: string | undefined
  conditions: Conditions
  range: RangeRequest
  hints: HintHeaders
  /** The request may go on to another host: it carries nothing that is for this one alone. */
  redirectable: boolean
  /** It came through the front server that sends files for us, and asks for nothing that this would judge by itself. */
  sentByFront: boolean
}
