import type { Reach } from '../reach.ts'

/**
 * Bytes that may vanish at any time. No method throws because the cache is away: reads miss, writes are dropped
 * and counted, so a lost Redis makes the service slower and never wrong.
 */
export interface Cache {
  readonly reach: Reach
  get(key: string): Promise<Buffer | null>
  /** Whether it is kept: not while the cache is away, nor what is too large for it. */
  set(key: string, value: Uint8Array, options: { ttlMs: number }): Promise<boolean>
  /** Keeps what is there for so long from now; whether it is there. */
  touch(key: string, options: { ttlMs: number }): Promise<boolean>
  delete(keys: readonly string[]): Promise<void>
  /**
   * Runs `work` in at most one process at a time for this key, as far as the cache reaches; a second caller waits
   * up to `waitMs` and then runs anyway (the lock saves work, it does not guard data).
   */
  exclusive<T>(key: string, waitMs: number, work: () => Promise<T>): Promise<T>
  check(): Promise<void>
  close(): Promise<void>
}
