/** The close frame of an endpoint that goes away (RFC 6455 5.5.1 and 7.4.1: code 1001), unmasked as servers send it. */
export const goingAway = Buffer.from([0x88, 0x02, 0x03, 0xe9])

/** Follows the bytes of a WebSocket in one direction. */
export interface FrameFollower {
  see(chunk: Buffer): void
  /** True where a frame has ended and the next has not begun: only there may one be put in between. */
  between(): boolean
}

export function createFrameFollower(): FrameFollower {
  let header: number[] = []
  /** Bytes of the payload that are still to come. */
  let left = 0
  return {
    see(chunk) {
      let at = 0
      while (at < chunk.length) {
        if (left > 0) {
          const taken = Math.min(left, chunk.length - at)
          left -= taken
          at += taken
        } else {
          header.push(chunk[at] ?? 0)
          at += 1
          if (header.length === headerLength(header)) {
            left = payloadLength(Buffer.from(header))
            header = []
          }
        }
      }
    },
    between: () => left === 0 && header.length === 0,
  }
}

/** Two bytes, two or eight more for a length that does not fit, four for a mask. */
function headerLength([, second]: readonly number[]): number {
  if (second === undefined) return 2
  const short = second & 0x7f
  return 2 + (short === 126 ? 2 : short === 127 ? 8 : 0) + (second & 0x80 ? 4 : 0)
}

function payloadLength(header: Buffer): number {
  const short = header.readUInt8(1) & 0x7f
  if (short < 126) return short
  return short === 126 ? header.readUInt16BE(2) : Number(header.readBigUInt64BE(2))
}
