import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
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

// The broker's own scripts; those in /usr/sbin change to the system's user.
const scripts = '/usr/lib/rabbitmq/bin'

export const rabbitmqMissing = missing(`${scripts}/rabbitmq-server`, 'epmd')

/** RabbitMQ: a node of its own with an epmd of its own. User guest, password guest. */
export async function startRabbitmq(folder: string): Promise<Service> {
  const [port, epmdPort, distributionPort] = [await freePort(), await freePort(), await freePort()]
  const log = join(folder, 'rabbitmq.log')
  const home = join(folder, 'home')
  for (const name of ['home', 'data', 'log']) await mkdir(join(folder, name))
  await writeFile(join(home, '.erlang.cookie'), randomBytes(20).toString('hex'), { mode: 0o400 })
  await writeFile(join(folder, 'plugins'), '[].')
  await writeFile(
    join(folder, 'rabbitmq.conf'),
    `listeners.tcp.1 = 127.0.0.1:${port}\ndisk_free_limit.absolute = 50MB\nvm_memory_high_watermark.absolute = 500MB\n`,
  )
  const environment = {
    HOME: home,
    ERL_EPMD_PORT: `${epmdPort}`,
    ERL_EPMD_ADDRESS: '127.0.0.1',
    ERL_CRASH_DUMP: join(folder, 'log', 'erl_crash.dump'),
    RABBITMQ_NODENAME: `tests-${port}@localhost`,
    RABBITMQ_DIST_PORT: `${distributionPort}`,
    RABBITMQ_CONF_ENV_FILE: '/dev/null',
    RABBITMQ_CONFIG_FILE: join(folder, 'rabbitmq.conf'),
    RABBITMQ_ADVANCED_CONFIG_FILE: join(folder, 'advanced.config'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    RABBITMQ_MNESIA_BASE: join(folder, 'data'),
    RABBITMQ_LOG_BASE: join(folder, 'log'),
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: '-kernel inet_dist_use_interface {127,0,0,1}',
    // As under systemd the script becomes the broker itself, without a shell in between.
    RUNNING_UNDER_SYSTEMD: '1',
  }
  const run = (program: string, args: string[] = []) =>
    startDaemon({ program, args, environment, cwd: folder, log, signal: 'KILL' })
  const epmd = run('epmd', ['-port', `${epmdPort}`, '-address', '127.0.0.1'])

  let daemon: Daemon | undefined
  const service: Service = {
    url: `amqp://guest:guest@127.0.0.1:${port}`,
    pid: () => daemon?.pid ?? -1,
    async start() {
      daemon = run(`${scripts}/rabbitmq-server`)
      // A protocol header of AMQP 0-9-1 is answered by a method frame, whose first byte is 1.
      await untilReady(daemon, log, () => answers(port, 'AMQP\0\0\x09\x01', '\x01'))
    },
    kill: () => endDaemon(daemon, 'SIGKILL'),
    async stop() {
      await endDaemon(daemon, 'SIGTERM')
      await endDaemon(epmd, 'SIGKILL')
    },
  }
  await service.start()
  return service
}
