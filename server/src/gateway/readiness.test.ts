import { createServer, type Server } from 'node:http'
import { afterEach, expect, it, vi } from 'vitest'
import { type Closers, startGateway } from '../roles/testing/gateway.ts'
import { portOf } from './testing/gateway.ts'

const closers: Closers = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

const listen = async (port: number): Promise<Server> => {
  const server = createServer((_request, response) => response.end('{}'))
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  closers.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return server
}

it('a gateway is ready only while somebody is there to send requests to, and again when they are back', async () => {
  const role = await listen(0)
  const port = portOf(role)
  const { url } = await startGateway(`http://127.0.0.1:${port}`, closers)
  const states = async () => {
    const answer = await fetch(`${url}/ready`)
    const { parts } = (await answer.json()) as { parts: Record<string, { status: string }> }
    return [answer.status, parts.auth?.status]
  }
  const within = { timeout: 20_000, interval: 50 }
  await vi.waitFor(async () => expect(await states()).toEqual([200, 'ok']), within)
  role.closeAllConnections()
  await new Promise((resolve) => role.close(resolve))
  await vi.waitFor(async () => expect(await states()).toEqual([503, 'down']), within)
  await listen(port)
  await vi.waitFor(async () => expect(await states()).toEqual([200, 'ok']), within)
}, 60_000)
