import type { Readable } from 'node:stream'

export interface Pace {
  /** Over each such time, the first one included, a body must bring its least. Milliseconds. */
  spanMs: number
  /** 0 for none. */
  leastBytesPerSecond: number
}

/**
 * Calls `slow`, once, when a body comes slower than it must. A pause of ours (a slow disk) does not count. Gives what
 * is told of each chunk, and what ends the watch.
 */
export function watchPace(
  body: Readable,
  { spanMs, leastBytesPerSecond }: Pace,
  slow: () => void,
): { came(bytes: number): void; stop(): void } {
  const least = (leastBytesPerSecond * spanMs) / 1_000
  let bytes = 0
  const timer = setInterval(() => {
    const held = body.isPaused() || body.readableLength > 0
    if (!held && bytes < least && !body.readableEnded) {
      clearInterval(timer)
      slow()
    }
    bytes = 0
  }, spanMs)
  return {
    came: (more) => {
      bytes += more
    },
    stop: () => clearInterval(timer),
  }
}
