// @module-tag slow/load
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createApi } from './api.ts'
import { usageOf } from './process-usage.ts'
import { type Service, startService } from './service.ts'

let service: Service
let token: string
const sockets: Socket[] = []
beforeAll(async () => {
  service = await startService({ own: true, env: { BODY_TIMEOUT_MS: '60000' } })
  token = (await createApi(service.baseUrl).register()).accessToken
}, 60_000)
afterAll(async () => {
  for (const socket of sockets) socket.destroy()
  await service?.stop()
})

const connections = 1_000

it.each([
  ['as much as any route takes', '/api/auth/login', 64 * 1024],
  ['as much as a batch takes', '/api/jobs', 512 * 1024],
])(
  'a thousand bodies that stop before their end, %s, cost under 50 MB',
  async (_name, path, length) => {
    const { hostname, port } = new URL(service.baseUrl)
    const before = usageOf(service.pid).ownMemory
    // Callers are judged before their bodies: only who may ask gets as far as sending one.
    const head = `POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`
    const nearly = Buffer.from(head + JSON.stringify('x'.repeat(length)).slice(0, length - 100))
    let largest = 0
    for (let n = 0; n < connections; n += 1) {
      const socket = connect(Number(port), hostname)
      sockets.push(socket)
      socket.on('error', () => undefined).resume()
      await once(socket, 'connect')
      socket.write(nearly)
      if (n % 50 === 49) {
        expect((await fetch(`${service.baseUrl}/health`)).status).toBe(200)
        largest = Math.max(largest, usageOf(service.pid).ownMemory)
      }
    }
    // Somebody else's request is served as ever, and by now everything sent has been looked at.
    const answer = await fetch(`${service.baseUrl}/api/auth/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: 'nobody', password: 'nothing at all' }),
    })
    expect(answer.status).toBe(401)
    largest = Math.max(largest, usageOf(service.pid).ownMemory)
    process.stdout.write(`${path}: ${Math.round((largest - before) / 1e6)} MB more\n`)
    expect(largest - before).toBeLessThan(50e6)
    for (const socket of sockets.splice(0)) socket.destroy()
  },
  120_000,
)
