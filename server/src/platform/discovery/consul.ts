import { sendRequest } from '../http/send-request.ts'
import { startLoop } from '../loop.ts'
import type { Logger } from '../telemetry/logger.ts'

export interface ConsulRegistration {
  /** `consul://host:port`, with `?token=` where the agent has access control. */
  url: string
  /** Service name, e.g. `rendition-api`. */
  service: string
  /** Unique in the cluster, and the same after a restart of the same process slot. */
  id: string
  address: string
  port: number
  log: Logger
}

const checkTtl = '15s'
const heartbeatMs = 5_000
const timeoutMs = 2_000

/**
 * Registers this process at its local Consul agent with a TTL check and keeps it passing; gives a function that
 * deregisters. A restarted agent forgets its services: a refused heartbeat registers again.
 * https://developer.hashicorp.com/consul/api-docs/agent/service and …/agent/check
 */
export async function registerInConsul(registration: ConsulRegistration): Promise<() => Promise<void>> {
  const { log, id } = registration
  const agent = agentOf(registration.url)
  const checkId = `service:${id}`

  const register = (): Promise<void> =>
    agent('/v1/agent/service/register', {
      ID: id,
      Name: registration.service,
      Address: registration.address,
      Port: registration.port,
      Check: {
        CheckID: checkId,
        TTL: checkTtl,
        Status: 'passing',
        DeregisterCriticalServiceAfter: '1m',
      },
    })
  const beat = async (): Promise<void> => {
    try {
      await agent(`/v1/agent/check/pass/${encodeURIComponent(checkId)}`)
    } catch {
      await register().catch((error: unknown) =>
        log.warn({ err: error, id }, 'Consul does not take the registration'),
      )
    }
  }

  await register().catch((error: unknown) => log.warn({ err: error, id }, 'Consul is not reachable yet'))
  const loop = startLoop({
    name: 'Consul',
    everyMs: heartbeatMs,
    firstMs: heartbeatMs,
    pass: beat,
    log,
  })
  return async () => {
    await loop.stop()
    await agent(`/v1/agent/service/deregister/${encodeURIComponent(id)}`).catch((error: unknown) =>
      log.warn({ err: error, id }, 'Consul was not told of the stop; the check will run out'),
    )
  }
}

function agentOf(url: string): (path: string, body?: unknown) => Promise<void> {
  const parsed = new URL(url)
  const token = parsed.searchParams.get('token')
  return async (path, body) => {
    const { status, body: answer } = await sendRequest(new URL(`http://${parsed.host}${path}`), {
      method: 'PUT',
      headers: {
        ...(token === null ? {} : { 'x-consul-token': token }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    })
    // What it says besides is nobody's business here.
    answer?.resume()
    if (status !== 200) throw new Error(`Consul answered ${status} to ${path}`)
  }
}
