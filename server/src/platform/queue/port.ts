import type { JobMessage, Priority } from '@rendition/contract'
import type { Reach } from '../reach.ts'

/** A message goes away when the handler resolves; when it throws it comes again after a pause. */
export type MessageHandler = (message: JobMessage, signal: AbortSignal) => Promise<void>

export interface Consumer {
  /** Takes no new messages, waits for running handlers, aborts them at the deadline. */
  stop(deadlineMs: number): Promise<void>
}

/**
 * Carries job ids to workers, at least once, in two lanes; the interactive lane is always served first.
 * The jobs table stays the truth: a lost message is re-published by the sweeper, a repeated one finds nothing to claim.
 */
export interface Queue {
  readonly reach: Reach
  /** Resolves when the messages are as safe as this queue makes them (broker confirms). */
  publish(lane: Priority, messages: readonly JobMessage[]): Promise<void>
  consume(handler: MessageHandler, options: { concurrency: number }): Promise<Consumer>
  /** Messages not yet taken, for metrics. */
  depth(): Promise<Record<Priority, number>>
  check(): Promise<void>
  close(): Promise<void>
}
