import type { Event } from '@rendition/contract'

/** What a connection reports while it lives. */
export interface ChannelSink {
  /** Subscribed: what happens from now on arrives. */
  ready(): void
  event(event: Event): void
  /** The place to resume from is unknown: state must be loaded anew. */
  reset(): void
}

/**
 * One connection, from opening to its end. Resolves when the other side or the network ended it; rejects with
 * `ProblemError` when refused. Aborting the signal ends it quietly.
 */
export type Channel = (after: string | null, sink: ChannelSink, signal: AbortSignal) => Promise<void>
