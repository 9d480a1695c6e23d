import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig } from '../../platform/config/load.ts'
import { createLogger } from '../../platform/telemetry/logger.ts'
import { configSchema } from '../config.ts'
import { type RunningService, startService } from '../service.ts'

/** Run in reverse when a test is over. */
export type Closers = (() => unknown)[]

/** A folder with what a gateway shows of its own, as little as there may be. */
export async function gatewayFolder(closers: Closers): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rendition-gateway-'))
  closers.push(() => rm(folder, { recursive: true, force: true }))
  await Promise.all(
    ['index.html', 'openapi.json'].map((name) => writeFile(join(folder, name), '{"paths":{}}')),
  )
  return folder
}

/** A gateway by itself, before roles that all lie at `urls`; on any port, or on that of one that it replaces. */
export async function startGateway(urls: string, closers: Closers, port = '0'): Promise<RunningService> {
  const folder = await gatewayFolder(closers)
  const service = await startService(
    loadConfig(
      configSchema,
      { ROLES: 'gateway', PORT: port, UPSTREAM_AUTH: urls, UPSTREAM_API: urls, UPSTREAM_DELIVERY: urls },
      () => '',
    ),
    {
      version: '0.0.0',
      migrationsFolder: folder,
      webRoot: folder,
      openApiFile: join(folder, 'openapi.json'),
      log: createLogger('silent'),
    },
  )
  closers.push(() => service.stop())
  return service
}
