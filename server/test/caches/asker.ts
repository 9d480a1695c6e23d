import { createHash, randomUUID } from 'node:crypto'
import { Agent, type IncomingHttpHeaders, request } from 'node:http'

export interface Answer {
  status: number
  headers: IncomingHttpHeaders
  /** Of the body. */
  digest: string
  /** Made for this very request: a cache would have given the id of another. */
  own: boolean
}

export interface Asking {
  method?: string
  headers?: Record<string, string>
  host?: string
}

/** Asks with an id of its own each time, which the service repeats: so it is seen who an answer was made for. */
export function createAsker() {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  return {
    ask: (port: number, path: string, { method = 'GET', headers = {}, host }: Asking = {}): Promise<Answer> =>
      new Promise((resolve, reject) => {
        const id = randomUUID()
        const all = { ...headers, 'x-request-id': id, ...(host === undefined ? {} : { host }) }
        const sent = request({ agent, host: '127.0.0.1', port, path, method, headers: all }, (response) => {
          const hash = createHash('sha256')
          response.on('data', (chunk: Buffer) => hash.update(chunk))
          response.once('error', reject)
          response.once('end', () => {
            const { statusCode = 0, headers: got } = response
            resolve({
              status: statusCode,
              headers: got,
              digest: hash.digest('hex'),
              own: got['x-request-id'] === id,
            })
          })
        })
        sent.once('error', reject)
        sent.end()
      }),
    close: () => agent.destroy(),
  }
}
