import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createLogger } from '../../platform/telemetry/logger.ts'
import { type RunningService, startService } from '../../roles/service.ts'
import { readConfig } from '../environment.ts'
import { paths, version } from '../paths.ts'

/** The whole service of an environment in this process, with a page of one word. */
export async function startHere(
  folder: string,
  environment: Record<string, string>,
): Promise<RunningService> {
  await writeFile(join(folder, 'index.html'), '<title>page</title>')
  const log = createLogger('fatal')
  return startService(readConfig(environment), { ...paths, webRoot: folder, version, log })
}

/** A JSON request; an access token where one is given. */
export async function call<T>(
  service: RunningService,
  path: string,
  { body, token }: { body?: unknown; token?: string } = {},
): Promise<{ status: number; body: T }> {
  const answer = await fetch(service.url + path, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as T }
}
