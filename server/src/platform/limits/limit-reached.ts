import { Failure } from '@rendition/contract'

/** A limit as it stands for one caller. */
export interface LimitState {
  /** Of the limit, in the headers. */
  name: string
  most: number
  /** Length of the time it is counted over. */
  seconds: number
  unit: 'requests' | 'content-bytes'
  left: number
  /** Seconds until all of it is there again. */
  resetSeconds: number
}

/** A `rate_limited` failure that knows which limit it was, for the headers, and whose. */
export class LimitReached extends Failure {
  readonly state: LimitState
  readonly caller: string

  constructor(state: LimitState, caller: string, detail: string) {
    super('rate_limited', detail, { retryAfter: state.resetSeconds })
    this.state = state
    this.caller = caller
  }
}
