import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it } from 'vitest'
import { repeatHead } from './repeated-head.ts'

const body = Buffer.from('a picture')
const headers = { etag: '"e"', 'content-length': String(body.length), 'content-disposition': 'inline' }
const stops: (() => void)[] = []
afterEach(() => {
  for (const stop of stops.splice(0)) stop()
})

/** A server that repeats one head, and what it writes itself for comparison. */
async function serve(before: (request: IncomingMessage, response: ServerResponse) => void = () => {}) {
  const heads = { repeated: repeatHead(headers) }
  let now = 0
  const whole: number[] = []
  const server = createServer((request, response) => {
    before(request, response)
    const writeHead = response.writeHead.bind(response)
    response.writeHead = ((...args: Parameters<typeof writeHead>) => {
      whole.push(now)
      return writeHead(...args)
    }) as typeof response.writeHead
    const id = String(request.headers['x-id'])
    if (request.url === '/plain')
      response.writeHead(200, ['x-request-id', id, ...Object.entries(headers).flat()])
    else heads.repeated.write(response, id, now)
    response.end(request.method === 'HEAD' ? undefined : body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stops.push(() => server.close())
  const { port } = server.address() as AddressInfo
  return {
    whole,
    setTime(ms: number) {
      now = ms
    },
    /** All that comes for these requests, sent at once over one connection that the last of them ends. */
    async ask(...requests: string[]): Promise<string> {
      const socket = connect(port, '127.0.0.1')
      socket.write(requests.join(''))
      return text(socket)
    },
  }
}

const get = (path: string, id: string, more = '', method = 'GET'): string =>
  `${method} ${path} HTTP/1.1\r\nhost: x\r\nx-id: ${id}\r\n${more}\r\n`
const last = 'connection: close\r\n'
/** Without what the clock says. */
const still = (answers: string): string => answers.replace(/\r\nDate: [^\r]+/g, '\r\nDate: now')

describe('a repeated head', () => {
  it('is what Node writes, word by word, with the id of each request, for HEAD too', async () => {
    const { ask, whole } = await serve()
    const asked = (path: string): string[] => [
      get(path, 'a-1'),
      get(path, '200'),
      get(path, 'a-3', '', 'HEAD'),
      get(path, 'a-4'),
      get(path, 'a-5', last),
    ]
    const plain = await ask(...asked('/plain'))
    whole.length = 0
    const repeated = await ask(...asked('/repeated'))
    expect(still(repeated)).toBe(still(plain))
    expect(repeated.match(/\r\nDate: /g)).toHaveLength(5)
    // The first of the second, and the one that ends the connection.
    expect(whole).toHaveLength(2)
  })

  it('is written anew each second, and its Date with it', async () => {
    const { ask, whole, setTime } = await serve()
    await ask(get('/repeated', 'a'), get('/repeated', 'b', last))
    setTime(1_000)
    await ask(get('/repeated', 'c'), get('/repeated', 'd'), get('/repeated', 'e', last))
    expect(whole).toEqual([0, 0, 1_000, 1_000])
  })

  it('takes along what was set before', async () => {
    const { ask } = await serve((request, response) => {
      if (request.headers['x-id'] === 'b') response.setHeader('x-leaving', '1')
    })
    const answers = await ask(get('/repeated', 'a'), get('/repeated', 'b'), get('/repeated', 'c', last))
    const heads = answers.split('HTTP/1.1 200 OK').slice(1)
    expect(heads.map((head) => head.includes('x-leaving: 1'))).toEqual([false, true, false])
    expect(heads.map((head) => /x-request-id: (.)/.exec(head)?.[1])).toEqual(['a', 'b', 'c'])
  })
})
