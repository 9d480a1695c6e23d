import type { OutputRequest, Probe, RenderRequest, RenderResult } from '../imaging/types.ts'

export interface RenderOptions {
  /** Milliseconds after which the render's process is killed. */
  timeoutMs: number
  signal?: AbortSignal
  /** `interactive` renders get a slot before `bulk` ones. */
  lane: 'interactive' | 'bulk'
}

/**
 * Imaging in processes that can be killed, behind a gate that counts megapixels in flight.
 * Failures: the codes of imaging (`undecodable`, `too_many_pixels`, …), `render_timeout`, `render_crashed`,
 * `overloaded` with retryAfter when the gate's queue is full.
 */
export interface Rendering {
  /** Judges the header of a local file: type by content, size, frames. Decodes no pixels. */
  probe(file: string, options?: { signal?: AbortSignal }): Promise<Probe>
  render(request: Omit<RenderRequest, 'limits'>, options: RenderOptions): Promise<RenderResult>
  /** Pictures and megapixels now in flight and waiting, for metrics and readiness. */
  load(): { running: number; waiting: number; megapixels: number }
  close(): Promise<void>
}
export type { OutputRequest, Probe, RenderRequest, RenderResult }
