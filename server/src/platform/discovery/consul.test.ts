import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createLogger } from '../telemetry/logger.ts'
import { registerInConsul } from './consul.ts'

/**
 * Stands in for a Consul agent, which can be installed neither from Debian nor from npm: the three calls of its HTTP
 * API that are used, with its statuses (404 for an unknown check, 403 without the token).
 */
async function consulAgent(token: string | null) {
  const services = new Map<string, Record<string, unknown>>()
  const passes: string[] = []
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const answer = (status: number): void => void response.writeHead(status).end()
      if (token !== null && request.headers['x-consul-token'] !== token) return answer(403)
      if (request.method !== 'PUT') return answer(405)
      const path = decodeURIComponent(request.url ?? '')
      if (path === '/v1/agent/service/register') {
        const service = JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>
        services.set(String(service.ID), service)
        return answer(200)
      }
      const id = /^\/v1\/agent\/(?:check\/pass\/service:|service\/deregister\/)(.+)$/.exec(path)?.[1] ?? ''
      if (!services.has(id)) return answer(404)
      if (path.includes('/deregister/')) services.delete(id)
      else passes.push(id)
      return answer(200)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`
  return { address, services, passes, close: () => new Promise((resolve) => server.close(resolve)) }
}

describe('Consul registration', () => {
  afterEach(() => vi.useRealTimers())

  it('registers with a TTL check, keeps it passing, comes back after the agent forgot, and deregisters', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const agent = await consulAgent('t0ken')
    const deregister = await registerInConsul({
      url: `consul://${agent.address}?token=t0ken`,
      service: 'rendition-api',
      id: 'rendition-api-1',
      address: '127.0.0.1',
      port: 3002,
      log: createLogger('silent'),
    })
    expect(agent.services.get('rendition-api-1')).toMatchObject({
      Name: 'rendition-api',
      Address: '127.0.0.1',
      Port: 3002,
      Check: { TTL: '15s', Status: 'passing' },
    })
    vi.advanceTimersByTime(5_000)
    await vi.waitFor(() => expect(agent.passes).toEqual(['rendition-api-1']))

    agent.services.clear()
    vi.advanceTimersByTime(5_000)
    await vi.waitFor(() => expect(agent.services.has('rendition-api-1')).toBe(true))

    await deregister()
    expect(agent.services.size).toBe(0)
    await agent.close()
  })

  it('starts and stops while the agent is away', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    const agent = await consulAgent(null)
    await agent.close()
    const log = createLogger('silent')
    const warned = vi.spyOn(log, 'warn')
    const deregister = await registerInConsul({
      url: `consul://${agent.address}`,
      service: 's',
      id: 's-1',
      address: '127.0.0.1',
      port: 1,
      log,
    })
    expect(warned).toHaveBeenCalled()
    await deregister()
  })
})
