import type { ServerResponse } from 'node:http'

/** The head of a 200 that many requests get in the same words, but for their ids. */
export interface RepeatedHead {
  /** Instead of `writeHead`. The id is one of `requestIdOf`: what may stand in a header. */
  write(response: ServerResponse, id: string, nowMs: number): void
}

/** Node's own field for a head that was written and not yet sent: nothing of its public interface takes one as a whole. */
type Written = ServerResponse & { _header?: unknown }

const idHeader = 'x-request-id'

/**
 * Has Node write the head, `Date` and `Connection` included, and repeats its words for the rest of that second: judging
 * and joining 17 headers is an eighth of a cached answer. Node writes it again where the connection ends, where somebody
 * set a header before, or where it keeps no head in that field.
 */
export function repeatHead(headers: Readonly<Record<string, string>>): RepeatedHead {
  const pairs = [idHeader, '', ...Object.entries(headers).flat()]
  let second: number | null = null
  let before = ''
  let after = ''
  return {
    write(response: Written, id, nowMs) {
      const now = Math.floor(nowMs / 1000)
      const usual = response.shouldKeepAlive && response.getHeaderNames().length === 0
      if (usual && now === second) {
        response._header = before + id + after
        return
      }
      pairs[1] = id
      response.writeHead(200, pairs)
      const { _header: head } = response
      const line = `\r\n${idHeader}: ${id}\r\n`
      const at = usual && typeof head === 'string' ? head.indexOf(line) : -1
      if (typeof head !== 'string' || at === -1) return
      second = now
      before = head.slice(0, at + line.length - id.length - 2)
      after = head.slice(at + line.length - 2)
    },
  }
}
