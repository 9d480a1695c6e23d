import { join } from 'node:path'
import {
  answers,
  type Daemon,
  endDaemon,
  freePort,
  missing,
  type Service,
  startDaemon,
  untilReady,
} from './service.ts'

export const redisMissing = missing('redis-server')

/** Redis with an append-only file, so that data survives a kill. */
export async function startRedis(folder: string): Promise<Service> {
  const port = await freePort()
  const log = join(folder, 'redis.log')
  let daemon: Daemon | undefined
  const service: Service = {
    url: `redis://127.0.0.1:${port}`,
    pid: () => daemon?.pid ?? -1,
    async start() {
      daemon = startDaemon({
        program: 'redis-server',
        args: [
          '--bind',
          '127.0.0.1',
          '--port',
          `${port}`,
          '--dir',
          folder,
          '--appendonly',
          'yes',
          '--save',
          '',
        ],
        cwd: folder,
        log,
        signal: 'TERM',
      })
      await untilReady(daemon, log, () => answers(port, 'PING\r\n', '+PONG'))
    },
    kill: () => endDaemon(daemon, 'SIGKILL'),
    stop: () => endDaemon(daemon, 'SIGTERM'),
  }
  await service.start()
  return service
}
