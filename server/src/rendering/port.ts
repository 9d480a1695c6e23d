import type { ImagingLimits, OutputRequest, Probe, RenderRequest, RenderResult } from '../imaging/types.ts'
import type { RenderOrder, StoredSource } from './messages.ts'

export interface RenderOptions {
  /** Milliseconds after which the render's process is killed. Waiting for a process does not count. */
  timeoutMs: number
  signal?: AbortSignal
  /** `interactive` renders get a slot before `bulk` ones. */
  lane: 'interactive' | 'bulk'
  /** The source's size where the caller knows it (upright, of one frame); else its header is read first. */
  size?: { width: number; height: number; frames: number }
}

/**
 * Imaging in processes that can be killed, behind a gate that counts megapixels in flight.
 *
 * Failures: the codes of imaging (`undecodable`, `too_many_pixels`, …), `render_timeout`, `render_too_large` (memory),
 * `render_crashed`, `overloaded` with retryAfter when the gate's queue is full, `unavailable` when closed or when no
 * process can be started. When the signal aborts, its reason is thrown at once and the slot is free within 100 ms.
 */
export interface Rendering {
  /** Judges the header: type by content, size, frames. Decodes no pixels. At most two seconds of work. */
  probe(source: string | StoredSource, options?: { signal?: AbortSignal }): Promise<Probe>
  /**
   * The bytes of a `bytes` source and of every output are copied between processes (about 3 ms a megabyte); prefer
   * `file` for originals. The file must not change or go before the promise has settled.
   */
  render(request: RenderOrder, options: RenderOptions): Promise<RenderResult>
  /** Pictures and megapixels now in flight and waiting, for metrics and readiness. */
  load(): { running: number; waiting: number; megapixels: number }
  /** Refuses what waits, kills what runs, and settles when no process is left. */
  close(): Promise<void>
}

export type { ImagingLimits, OutputRequest, Probe, RenderOrder, RenderRequest, RenderResult, StoredSource }
