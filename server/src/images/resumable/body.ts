import type { IncomingMessage } from 'node:http'
import { PassThrough, type Readable } from 'node:stream'
import { Failure } from '@rendition/contract'
import { type Pace, watchPace } from '../uploads/watch-pace.ts'

export interface IncomingBody {
  body: Readable
  /** Nothing more of it is taken. */
  end(): void
  /** How many bytes came so far. */
  bytes(): number
  /** All of it came: the line was not cut, and it was not too slow. */
  isWhole(): boolean
  /** Why we ended it, where we did. */
  failure(): Failure | null
  stop(): void
}

/**
 * The body of a request up to where it breaks: a line that is cut is the end of a piece and no failure, for what came before
 * counts. So is one that comes too slowly, which is then told so.
 */
export function incomingBody(raw: IncomingMessage, pace: Pace): IncomingBody {
  // Chunk by chunk: as one stream of bytes they would be copied together at each read.
  const body = new PassThrough({ readableObjectMode: true, readableHighWaterMark: 16 })
  let failure: Failure | null = null
  let bytes = 0
  let whole = false
  const end = (): void => {
    raw.unpipe(body)
    if (!body.writableEnded) body.end()
  }
  const watch = watchPace(raw, pace, () => {
    failure = new Failure('request_timeout')
    end()
  })
  const came = (chunk: Buffer): void => {
    bytes += chunk.length
    watch.came(chunk.length)
  }
  raw.on('data', came)
  raw.pipe(body)
  raw.once('end', () => {
    whole = true
  })
  raw.once('error', end)
  raw.once('close', end)
  return {
    body,
    end,
    bytes: () => bytes,
    isWhole: () => whole,
    failure: () => failure,
    stop() {
      watch.stop()
      raw.off('data', came)
      raw.unpipe(body)
    },
  }
}
