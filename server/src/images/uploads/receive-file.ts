import { createHash } from 'node:crypto'
import { addAbortSignal, type Readable } from 'node:stream'
import { Failure } from '@rendition/contract'
import type { Foreground } from '../../platform/foreground.ts'
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
  foreground: Foreground
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
  { storage, rendering, foreground, maxFileBytes, uploadIdleMs }: ReceiveDeps,
  body: Readable,
  signal: AbortSignal,
  readOn: boolean,
): Promise<ReceivedFile> {
  const draft = await storage.draft()
  try {
    const idle = watchIdle(body, uploadIdleMs)
    const meter = metered(addAbortSignal(signal, body), {
      maxBytes: maxFileBytes,
      readOn,
      idle,
      checkDiskRoom: storage.checkDiskRoom,
    })
    try {
      await draft.write(meter.chunks)
    } finally {
      idle.stop()
    }
    const judge = () => judgeFile({ rendering, maxFileBytes }, draft, meter.reading(), signal)
    return await (readOn ? foreground.during(judge) : judge())
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
  const { probe, ...said } = await lookAt(rendering, draft.path, options)
  return { draft, probe, size, sha256, said }
}

/**
 * What a file is and says of its picture. No block of what it says costs the picture: where one ends the process, the header
 * alone is read, and the block never again.
 */
async function lookAt(
  rendering: Rendering,
  path: string,
  options: { signal?: AbortSignal },
): Promise<{ probe: Probe } & ReceivedFile['said']> {
  const { metadataRules } = rendering
  try {
    return { ...(await rendering.judge(path, options)), metadataRules }
  } catch (error) {
    options.signal?.throwIfAborted()
    if (!isRenderDeath(error)) throw error
    return { probe: await rendering.probe(path, options), metadata: null, metadataRules }
  }
}

const tooLarge = (maxBytes: number): Failure =>
  new Failure('file_too_large', `A file may have at most ${maxBytes} bytes.`)

/** A file comes in over a while, and many at once: each asks again after so much. */
const roomEveryBytes = 1024 ** 2

/** A body that is counted and hashed on its way. */
function metered(
  body: AsyncIterable<Buffer>,
  options: {
    maxBytes: number
    readOn: boolean
    idle: Pick<Idle, 'waits' | 'came'>
    checkDiskRoom: () => Promise<void>
  },
): { chunks: AsyncIterable<Buffer>; reading(): { size: number; sha256: string } } {
  const { maxBytes, readOn, idle, checkDiskRoom } = options
  const hash = createHash('sha256')
  let size = 0
  let roomFor = roomEveryBytes
  async function* chunks(): AsyncGenerator<Buffer> {
    idle.waits()
    for await (const chunk of body) {
      idle.came()
      size += chunk.length
      if (size > maxBytes && !readOn) throw tooLarge(maxBytes)
      if (size <= maxBytes) {
        hash.update(chunk)
        if (size >= roomFor) {
          roomFor = size + roomEveryBytes
          await checkDiskRoom()
        }
        yield chunk
      }
      idle.waits()
    }
    idle.came()
  }
  return { chunks: chunks(), reading: () => ({ size, sha256: hash.digest('hex') }) }
}

interface Idle {
  /** From here on the next bytes are waited for. */
  waits(): void
  came(): void
  stop(): void
}

/**
 * Ends a body that brings nothing for too long while it is waited for. Not told by `isPaused`, which is always true of a stream that is read by
 * iterating it: nothing was ever ended then. A pause of ours (a slow disk) does not count.
 */
function watchIdle(body: Readable, idleMs: number): Idle {
  let waiting = false
  const timer = setTimeout(() => {
    if (waiting && body.readableLength === 0) body.destroy(new Failure('request_timeout'))
    else timer.refresh()
  }, idleMs)
  return {
    waits() {
      waiting = true
      timer.refresh()
    },
    came() {
      waiting = false
    },
    stop: () => clearTimeout(timer),
  }
}
