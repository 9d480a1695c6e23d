import { type ErrorCode, type Failure, type ImageMetadata, isFailure } from '@rendition/contract'
import type { QualityChoice } from '../imaging/rules.ts'
import type {
  DecodedSize,
  Face,
  ImagingLimits,
  OutputRequest,
  OutputSink,
  Patch,
  Probe,
  QualityCurve,
  RenderedOutput,
  RenderRequest,
  RenderResult,
} from '../imaging/types.ts'
import type { Turn } from './line.ts'
import type { Judged, RenderOrder, StoredSource } from './messages.ts'

export interface RenderOptions {
  /**
   * Milliseconds after which the render's process is killed. Waiting for a process does not count. Where a sink takes the
   * outputs one by one it is longer for what is foreseen to take long, in proportion to its megapixels.
   */
  timeoutMs: number
  signal?: AbortSignal
  /** `interactive` renders get a slot before `bulk` ones. */
  lane: 'interactive' | 'bulk'
  /**
   * Takes each output as soon as it is made, and told of one that fails alone; the result then holds none. A process
   * that dies keeps what was taken before.
   */
  sink?: OutputSink
  /** The source's size where the caller knows it (upright, of one frame); else its header is read first. */
  size?: { width: number; height: number; frames: number }
}

/** What somebody waits for, before anything of it is read. */
export interface TurnRequest {
  /** Who asks: an account or an address. Clients take turns by what their pictures cost. */
  client: string
  /** What it will be made from, and into. */
  size: { width: number; height: number; frames: number }
  outputs: readonly OutputRequest[]
  signal?: AbortSignal
}

/**
 * Imaging in processes that can be killed, behind a gate that counts megapixels in flight.
 *
 * Failures: the codes of imaging (`undecodable`, `too_many_pixels`, …), `render_timeout`, `render_too_large` (memory),
 * `render_crashed`, `overloaded` with retryAfter when the gate's queue is full, `unavailable` when closed or when no
 * process can be started. When the signal aborts, its reason is thrown at once and the slot is free within 100 ms.
 */
export interface Rendering {
  /**
   * Judges the header: type by content, size, frames. Decodes no pixels but of a file that breaks off, to know what is there;
   * of a `beginning`, of which more is to come, none. At most two seconds of work.
   */
  probe(
    source: string | StoredSource,
    options?: { signal?: AbortSignal; beginning?: boolean },
  ): Promise<Probe>
  /**
   * What the file must be overwritten with for strangers (`cleanOriginal`); null when it cannot be understood. Reads it
   * once. The rules' number is part of what is kept of the answer.
   */
  clean(file: string, options?: { signal?: AbortSignal }): Promise<Patch[] | null>
  readonly cleaningRules: number
  /**
   * What a file says of its picture (EXIF, XMP, IPTC), whose header was judged before. Reads 64 MiB at most, for at most
   * two seconds. The rules' number is kept with the answer.
   */
  describe(file: string, options?: { signal?: AbortSignal }): Promise<ImageMetadata>
  /** Both of these, of a file that comes in: one turn and one message instead of two. A block that ends the process fails it. */
  judge(file: string, options?: { signal?: AbortSignal }): Promise<Judged>
  readonly metadataRules: number
  /** By which rules a picture's look is found, with its placeholder. */
  readonly lookRules: number
  /** The palette of a picture by its ThumbHash, for those of which none was taken. */
  paletteOf(thumbhash: string): string[]
  /**
   * The faces of a picture's first frame, at most 64, the surest first. `unavailable` where the detector is not installed:
   * then `faceDetector`, the number of the detector by which answers are kept, is null.
   */
  faces(
    source: string | StoredSource,
    options: Pick<RenderOptions, 'timeoutMs' | 'signal' | 'lane' | 'size'>,
  ): Promise<Face[]>
  readonly faceDetector: number | null
  /**
   * The bytes of a `bytes` source and of every output are copied between processes (about 3 ms a megabyte); prefer
   * `file` for originals. The file must not change or go before the promise has settled.
   */
  render(request: RenderOrder, options: RenderOptions): Promise<RenderResult>
  /**
   * Waits for a turn to render what a client waits for, with all that has to be made on the way. Ask before anything is
   * read for it, and leave in any case. Failures: `overloaded` at once when it could not be done in time.
   */
  turn(request: TurnRequest): Promise<Turn>
  /** Pictures and megapixels now in flight and waiting, for metrics and readiness. */
  load(): RenderingLoad
  /** Refuses what waits, kills what runs, and settles when no process is left. */
  close(): Promise<void>
}

export interface RenderingLoad {
  running: number
  waiting: number
  megapixels: number
  /** Milliseconds until a newcomer's turn, by what pictures took so far. */
  expectedWaitMs: number
  /** Requests refused so far, since they could not have been served in time. */
  refused: number
}

const deaths: ReadonlySet<ErrorCode> = new Set(['render_crashed', 'render_timeout', 'render_too_large'])

/** Whether the process that rendered is gone, and with it what it had in hand: one output may have done it. */
export const isRenderDeath = (error: unknown): error is Failure => isFailure(error) && deaths.has(error.code)

export type {
  DecodedSize,
  Face,
  ImagingLimits,
  OutputRequest,
  OutputSink,
  Patch,
  Probe,
  QualityChoice,
  QualityCurve,
  RenderedOutput,
  RenderOrder,
  RenderRequest,
  RenderResult,
  StoredSource,
  Turn,
}
