import type { AvifWish } from '../plan/choose-plan.ts'
import type { Layer } from '../renditions/find-or-render.ts'
import type { MemoryEntry } from '../renditions/memory.ts'
import type { KnownImage } from '../request/known-images.ts'
import type { AnswerHead } from './headers.ts'

/** Everything before the first byte, and the bytes. */
export interface Answer {
  status: 200 | 206 | 302 | 304
  headers: Record<string, string>
  body: Buffer | NodeJS.ReadableStream | null
  /** Of the picture, by whomever they are sent: us, the front server, or the storage that a redirect names. */
  pictureBytes: number
  /** Where it came from. */
  layer: Layer | 'original'
  /** null when the URL alone does not give the same answer to everybody. */
  repeatable: Repeatable | null
}

/** What the fast path may repeat for the same URL. */
export interface Repeatable {
  entry: MemoryEntry
  image: KnownImage
  head: AnswerHead
  /** Unix seconds; null when the URL has no end. */
  expiresAt: number | null
  /** A better format that will be there. */
  wish: AvifWish | null
  /** Chosen by `Accept`. */
  negotiated: boolean
  /** Nothing but the image itself can change the answer. */
  lasting: boolean
}
