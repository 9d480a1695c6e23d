import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import type { RoleName, ServerConfig } from './server-config.ts'

/** Where each role listens when nothing else is said; a process with several takes the first of this order. */
const defaultPorts: Readonly<Record<RoleName, number>> = {
  gateway: 8080,
  auth: 3001,
  api: 3002,
  delivery: 3003,
  worker: 3004,
}

/** The port to listen on. Port 0 becomes a free one now, since URLs in answers need it before anything listens. */
export async function portOf({
  host,
  port,
  roles,
}: Pick<ServerConfig, 'host' | 'port' | 'roles'>): Promise<number> {
  if (port === 0) return freePort(host)
  if (port !== undefined) return port
  const role = (Object.keys(defaultPorts) as RoleName[]).find((name) => roles.includes(name))
  return defaultPorts[role ?? 'gateway']
}

async function freePort(host: string): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** True when the host means every address of the machine. */
export const isWildcard = (host: string): boolean => ['0.0.0.0', '::', ''].includes(host)

/** The address to tell a person on this machine. */
export function localUrl(host: string, port: number): string {
  const name = isWildcard(host) ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host
  return `http://${name}:${port}`
}
