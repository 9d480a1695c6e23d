import { chown, mkdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { serverAccount } from '../../src/platform/database/server-account.ts'
import { findServerBinaries } from '../../src/platform/database/server-binaries.ts'
import {
  answers,
  type Daemon,
  endDaemon,
  freePort,
  type Service,
  startDaemon,
  untilReady,
} from './service.ts'

/**
 * PostgreSQL on a TCP port, as another machine would offer it. `binariesFolder` picks a version, such as Debian's.
 * It does not sync: killing processes is safe, losing power is not.
 */
export async function startPostgres(folder: string, binariesFolder?: string): Promise<Service> {
  const port = await freePort()
  const data = join(folder, 'data')
  const log = join(folder, 'postgres.log')
  const binaries = await findServerBinaries({
    folder: binariesFolder,
    linksFolder: join(folder, 'libraries'),
  })
  const account = await serverAccount(data, [data, join(binaries.folder, 'postgres')])
  if ((await stat(data).catch(() => undefined)) === undefined) {
    await mkdir(data, { mode: 0o700 })
    if (account !== undefined) await chown(data, account.uid, account.gid)
  }
  const run = (program: string, args: string[]) =>
    startDaemon({
      program: join(binaries.folder, program),
      args,
      cwd: '/',
      log,
      account,
      environment: binaries.environment,
    })
  await run('initdb', ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale', '--no-sync'])
    .exited

  let daemon: Daemon | undefined
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${port}`,
    'unix_socket_directories=',
    'fsync=off',
    'max_connections=200',
  ]
  const service: Service = {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    pid: () => daemon?.pid ?? -1,
    async start() {
      daemon = run('postgres', ['-D', data, ...settings.flatMap((setting) => ['-c', setting])])
      // A start-up packet of protocol 3.0 for user postgres; "R" is the answer of a server that takes connections.
      const packet = '\0\0\0\x17\0\x03\0\0user\0postgres\0\0'
      await untilReady(daemon, log, () => answers(port, packet, 'R'))
    },
    kill: () => endDaemon(daemon, 'SIGKILL'),
    stop: () => endDaemon(daemon, 'SIGINT'),
  }
  await service.start()
  return service
}
