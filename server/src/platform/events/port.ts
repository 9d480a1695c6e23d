import type { Reach } from '../reach.ts'

/** Announcements between processes: best effort, unordered across topics. What must not be lost is in the outbox. */
export interface Bus {
  readonly reach: Reach
  publish(topic: string, payload: unknown): Promise<void>
  subscribe(topic: string, onMessage: (payload: unknown) => void): Promise<() => Promise<void>>
  check(): Promise<void>
  close(): Promise<void>
}
