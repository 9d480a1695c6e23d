import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { bodyGoneSignal, goneSignal } from './gone.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A request that arrived at a server, and the client's end of it. */
async function arrived(
  head: string,
): Promise<{ request: IncomingMessage; response: ServerResponse; client: Socket }> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = connect(port, '127.0.0.1')
  closing.push(() => {
    client.destroy()
    server.close()
  })
  client.write(head)
  const [request, response] = (await once(server, 'request')) as [IncomingMessage, ServerResponse]
  return { request, response, client }
}
const get = 'GET / HTTP/1.1\r\nhost: a\r\n\r\n'
const halfPost = 'POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\nhalf'

describe('the signal of a client that went away', () => {
  it('aborts when it leaves before the answer', async () => {
    const { response, client } = await arrived(get)
    const signal = goneSignal(response)
    expect(signal.aborted).toBe(false)
    client.destroy()
    await once(signal, 'abort')
  })

  it('is aborted for whoever asks after it left', async () => {
    const { request, response, client } = await arrived(halfPost)
    request.on('error', () => {})
    const closed = Promise.all([once(response, 'close'), once(request, 'close').catch(() => {})])
    client.destroy()
    await closed
    expect(goneSignal(response).aborted).toBe(true)
    expect(bodyGoneSignal(request).aborted).toBe(true)
  })

  it('does not abort for one that has its answer', async () => {
    const { response, client } = await arrived(get)
    const signal = goneSignal(response)
    const closed = once(response, 'close')
    response.end('whole')
    await once(client, 'data')
    client.destroy()
    await closed
    expect(signal.aborted).toBe(false)
    expect(goneSignal(response).aborted).toBe(false)
  })

  it('aborts when it leaves within its body, and not after it', async () => {
    const { request, client } = await arrived(halfPost)
    request.on('error', () => {})
    const signal = bodyGoneSignal(request)
    client.destroy()
    await once(signal, 'abort')

    const whole = await arrived(`${halfPost}-whole`)
    const unbroken = bodyGoneSignal(whole.request)
    whole.request.resume()
    await once(whole.request, 'end')
    whole.client.destroy()
    await once(whole.response, 'close')
    expect(unbroken.aborted).toBe(false)
  })
})
