import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Failure } from '@rendition/contract'
import { storageFailure } from '../../platform/storage/index.ts'
import type { Draft, Storage } from '../../platform/storage/port.ts'
import { isRenderDeath, type Probe, type Rendering } from '../../rendering/port.ts'
import type { OriginalFacts } from '../types.ts'

/** A file that came in whole and is an image we take; it has no key yet. Discard the draft in the end. */
export interface ReceivedFile {
  draft: Draft
  probe: Probe
  /** Bytes. */
  size: number
  /** Hex. */
  sha256: string
  /** What it says of its picture. */
  said: Pick<OriginalFacts, 'metadata' | 'metadataRules'>
}

export interface ReceiveDeps {
  storage: Storage
  rendering: Rendering
  maxFileBytes: number
  /** A body that brings nothing for so long is given up. */
  uploadIdleMs: number
}

/**
 * Streams a body into a draft while hashing and counting, then judges it by its content. A client's body over the limit
 * is read on to its end (`readOn`) without being kept, because who is still sending does not read an answer.
 * Throws `file_too_large`, `unsupported_media_type`, `undecodable`, `too_many_pixels`, `animation_too_large`,
 * `request_timeout`; whatever it throws, nothing is left behind.
 */
export async function receiveFile(
  { storage, rendering, maxFileBytes, uploadIdleMs }: ReceiveDeps,
  body: Readable,
  signal: AbortSignal,
  readOn: boolean,
): Promise<ReceivedFile> {
  const draft = await storage.draft()
  try {
    const idle = watchIdle(body, uploadIdleMs)
    const meter = createMeter({
      maxBytes: maxFileBytes,
      readOn,
      onChunk: idle.refresh,
      checkDiskRoom: storage.checkDiskRoom,
    })
    try {
      // With room for what comes while a write is under way, which then goes in one.
      const file = createWriteStream(draft.path, { highWaterMark: 1024 ** 2 })
      await pipeline(body, meter.stream, file, { signal })
    } finally {
      idle.stop()
    }
    return await judgeFile({ rendering, maxFileBytes }, draft, meter.reading(), signal)
  } catch (error) {
    await draft.discard()
    throw storageFailure(error)
  }
}

/**
 * Judges a file that is there whole, by its bytes and its content: the one gate to an image, whichever way the file came.
 * Throws `file_too_large`, `unsupported_media_type`, `undecodable`, `too_many_pixels`, `animation_too_large`.
 */
export async function judgeFile(
  { rendering, maxFileBytes }: Pick<ReceiveDeps, 'rendering' | 'maxFileBytes'>,
  draft: Draft,
  { size, sha256 }: { size: number; sha256: string },
  signal?: AbortSignal,
): Promise<ReceivedFile> {
  if (size > maxFileBytes) throw tooLarge(maxFileBytes)
  if (size === 0) throw new Failure('unsupported_media_type', 'The file is empty.')
  const options = signal === undefined ? {} : { signal }
  const probe = await rendering.probe(draft.path, options)
  return { draft, probe, size, sha256, said: await readWhatItSays(rendering, draft.path, options) }
}

/**
 * What a judged file says of its picture. No block of it costs the picture: one that ends the process is not read again,
 * and what failed for another reason is read later, by the backfill.
 */
async function readWhatItSays(
  rendering: Rendering,
  path: string,
  options: { signal?: AbortSignal },
): Promise<ReceivedFile['said']> {
  const { metadataRules } = rendering
  try {
    return { metadata: await rendering.describe(path, options), metadataRules }
  } catch (error) {
    options.signal?.throwIfAborted()
    return { metadata: null, metadataRules: isRenderDeath(error) ? metadataRules : 0 }
  }
}

const tooLarge = (maxBytes: number): Failure =>
  new Failure('file_too_large', `A file may have at most ${maxBytes} bytes.`)

/** A file comes in over a while, and many at once: each asks again after so much. */
const roomEveryBytes = 1024 ** 2

function createMeter(options: {
  maxBytes: number
  readOn: boolean
  onChunk: () => void
  checkDiskRoom: () => Promise<void>
}): {
  stream: Transform
  reading(): { size: number; sha256: string }
} {
  const { maxBytes, readOn, onChunk, checkDiskRoom } = options
  const hash = createHash('sha256')
  let size = 0
  let roomFor = roomEveryBytes
  const stream = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      onChunk()
      size += chunk.length
      if (size > maxBytes) return readOn ? done() : done(tooLarge(maxBytes))
      hash.update(chunk)
      if (size < roomFor) return done(null, chunk)
      roomFor = size + roomEveryBytes
      checkDiskRoom().then(() => done(null, chunk), done)
    },
  })
  return { stream, reading: () => ({ size, sha256: hash.digest('hex') }) }
}

/** Ends a body that pauses for too long. A pause of ours (a slow disk) does not count: then the body is paused. */
function watchIdle(body: Readable, idleMs: number): { refresh(): void; stop(): void } {
  const timer = setTimeout(() => {
    if (body.isPaused() || body.readableLength > 0) timer.refresh()
    else body.destroy(new Failure('request_timeout'))
  }, idleMs)
  return { refresh: () => timer.refresh(), stop: () => clearTimeout(timer) }
}
