import type { ErrorCode, Fault, ImageMetadata } from '@rendition/contract'
import type {
  Face,
  ImagingLimits,
  Patch,
  Probe,
  QualityCurve,
  RenderedOutput,
  RenderRequest,
  RenderResult,
} from '../imaging/types.ts'

/** An encoded picture: in memory, or a local file. */
export type StoredSource = { bytes: Uint8Array } | { file: string }

/** A render as rooms ask for it: the limits are the service's. */
export type RenderOrder = Omit<RenderRequest, 'limits' | 'source' | 'assets'> & {
  source: StoredSource
  /** Watermark images by image id. */
  assets?: Readonly<Record<string, StoredSource>>
}

/**
 * What a render process is asked to do. One at a time. `heic`, `relaxed`: whether pictures of that kind, and pictures
 * with faults that cost no pixel, are accepted. `singly`:
 * outputs are told as they are made, and one that fails alone.
 */
export type Task =
  | {
      kind: 'probe'
      heic: boolean
      relaxed: boolean
      source: StoredSource
      limits: ImagingLimits
      /** More of it is to come. */
      beginning?: boolean | undefined
    }
  | { kind: 'clean'; heic: boolean; relaxed: boolean; source: { file: string }; limits: ImagingLimits }
  | { kind: 'judge'; heic: boolean; relaxed: boolean; source: { file: string }; limits: ImagingLimits }
  | { kind: 'describe'; heic: boolean; relaxed: boolean; source: { file: string }; limits: ImagingLimits }
  | {
      kind: 'faces'
      heic: boolean
      relaxed: boolean
      source: StoredSource
      limits: ImagingLimits
      /** Where the detector's packages are installed. */
      modules: string
    }
  | {
      kind: 'render'
      heic: boolean
      relaxed: boolean
      singly: boolean
      request: RenderOrder & { limits: ImagingLimits }
    }

export type TaskOf<Kind extends Task['kind']> = Extract<Task, { kind: Kind }>

/** What a file is, and what it says of its picture. */
export interface Judged {
  probe: Probe
  metadata: ImageMetadata
}

/** What it answers with, by kind of task. */
export interface TaskResults {
  probe: Probe
  clean: Patch[] | null
  judge: Judged
  describe: ImageMetadata
  faces: Face[]
  render: RenderResult
}

/** What one task cost the process, native threads included. */
export interface Usage {
  /** Milliseconds of user and system time. */
  cpuMs: number
  /** The largest resident memory of the process so far, in bytes. */
  peakBytes: number
}

/** A failure as plain data: an Error loses its class and its code on the way between processes. */
export interface FailureData {
  code: ErrorCode
  detail: string
  errors?: readonly Fault[]
  /** For the log only. */
  cause?: string
}

export type ToChild = { type: 'run'; id: number; task: Task } | { type: 'cancel'; id: number }

export type FromChild =
  | { type: 'ready' }
  | { type: 'measured'; id: number; curve: QualityCurve }
  | { type: 'made'; id: number; output: RenderedOutput }
  | { type: 'unmade'; id: number; name: string; failure: FailureData }
  | { type: 'done'; id: number; value: TaskResults[Task['kind']]; usage: Usage }
  | { type: 'failed'; id: number; failure: FailureData; usage: Usage }
