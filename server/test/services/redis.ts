import { writeFile } from 'node:fs/promises'
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

export interface RedisOptions {
  /** Another server on this machine to be the replica of. */
  replicaOf?: Service
  /** Of clients, of the primary and of replicas alike. */
  password?: string
}

const portOf = ({ url }: Service): string => new URL(url).port

/** Redis with an append-only file, so that data survives a kill. */
export async function startRedis(folder: string, options: RedisOptions = {}): Promise<Service> {
  const port = await freePort()
  const { replicaOf, password } = options
  const login = password === undefined ? '' : `:${password}@`
  return daemon(folder, `redis://${login}127.0.0.1:${port}`, [
    ...['--bind', '127.0.0.1', '--port', `${port}`, '--dir', folder, '--appendonly', 'yes', '--save', ''],
    // A replica that asks is served at once; by default others are waited for.
    ...['--repl-diskless-sync-delay', '0'],
    ...(password === undefined ? [] : ['--requirepass', password, '--masterauth', password]),
    ...(replicaOf === undefined ? [] : ['--replicaof', '127.0.0.1', portOf(replicaOf)]),
  ])
}

export interface SentinelOptions {
  primary: Service
  /** The name under which clients ask for it. */
  name: string
  /** As for the servers. */
  password: string
  /** Of the Sentinels themselves. */
  ownPassword: string
}

/** One Redis Sentinel; two must agree that the primary is down, after a second of silence. */
export async function startSentinel(folder: string, options: SentinelOptions): Promise<Service> {
  const port = await freePort()
  const { primary, name, password, ownPassword } = options
  const file = join(folder, 'sentinel.conf')
  // Sentinels write what they learn into their own configuration.
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir ${folder}`,
    `requirepass ${ownPassword}`,
    `sentinel sentinel-pass ${ownPassword}`,
    `sentinel monitor ${name} 127.0.0.1 ${portOf(primary)} 2`,
    `sentinel auth-pass ${name} ${password}`,
    `sentinel down-after-milliseconds ${name} 1000`,
    `sentinel failover-timeout ${name} 5000`,
  ]
  await writeFile(file, `${lines.join('\n')}\n`)
  return daemon(folder, `redis://:${ownPassword}@127.0.0.1:${port}`, [file, '--sentinel'])
}

async function daemon(folder: string, url: string, args: string[]): Promise<Service> {
  const log = join(folder, 'redis.log')
  const { port, password } = new URL(url)
  let running: Daemon | undefined
  const service: Service = {
    url,
    pid: () => running?.pid ?? -1,
    async start() {
      running = startDaemon({ program: 'redis-server', args, cwd: folder, log, signal: 'TERM' })
      const [ask, answer] = password === '' ? ['PING\r\n', '+PONG'] : [`AUTH ${password}\r\n`, '+OK']
      await untilReady(running, log, () => answers(Number(port), ask, answer))
    },
    kill: () => endDaemon(running, 'SIGKILL'),
    stop: () => endDaemon(running, 'SIGTERM'),
  }
  await service.start()
  return service
}
