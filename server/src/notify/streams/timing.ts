/** How long streams wait for what, in milliseconds. */
export interface StreamTiming {
  /** A WebSocket must say who it is within this. */
  authWithinMs: number
  /** Between pings of a WebSocket; one that did not answer the last is closed. */
  heartbeatMs: number
  /** Between comments of an SSE stream: below the idle limits of common proxies (60 s). */
  pingMs: number
  /** An SSE reader that takes nothing for this long is closed: it resumes from its last event. */
  stuckMs: number
  /** A revoked credential loses its streams within this. */
  recheckMs: number
}

export const streamTiming: StreamTiming = {
  authWithinMs: 10_000,
  heartbeatMs: 25_000,
  pingMs: 15_000,
  stuckMs: 60_000,
  recheckMs: 15_000,
}
