import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'

const program = ['/usr/sbin/dnsmasq', '/usr/bin/dnsmasq'].find((path) => existsSync(path))

export const dnsmasqMissing = program === undefined ? 'dnsmasq not installed' : undefined

export interface DnsServer {
  /** `host:port`, whether it runs or not. */
  address: string
  /** Answers by these records of dnsmasq's configuration from now on; a restart, since it cannot change them. */
  serve(records: readonly string[]): Promise<void>
  stop(): Promise<void>
}

/** A real DNS server on loopback for names below `.test` and `.consul`; nothing is answered before `serve`. */
export async function createDnsServer(folder: string): Promise<DnsServer> {
  const port = await freePort()
  let child: ChildProcess | null = null
  const stop = async (): Promise<void> => {
    const ending = child
    child = null
    // One that ended by itself says it no more.
    if (ending === null || ending.exitCode !== null || ending.signalCode !== null) return
    const ended = new Promise((resolve) => ending.once('exit', resolve))
    ending.kill('SIGKILL')
    await ended
  }
  return {
    address: `127.0.0.1:${port}`,
    stop,
    async serve(records) {
      await stop()
      const file = join(folder, 'dnsmasq.conf')
      const base = [
        `port=${port}`,
        'listen-address=127.0.0.1',
        'bind-interfaces',
        'no-resolv',
        'no-hosts',
        'local=/test/',
        'local=/consul/',
        'local-ttl=1',
      ]
      await writeFile(file, [...base, ...records, ''].join('\n'))
      const start = (): void => {
        const started = spawn(program ?? '', ['-k', '-C', file, '--user=root', '--pid-file='], {
          stdio: 'ignore',
        })
        // A connection of somebody else had its port at that moment.
        started.once('exit', (code) => {
          if (child === started && code !== null) setTimeout(() => child === started && start(), 100)
        })
        child = started
      }
      start()
    },
  }
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4')
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve))
  const { port } = socket.address()
  await new Promise<void>((resolve) => socket.close(resolve))
  // It listens on TCP as well, where outgoing connections of other tests may have the same number.
  return (await isFreeOnTcp(port)) ? port : freePort()
}

async function isFreeOnTcp(port: number): Promise<boolean> {
  const server = createServer()
  const isFree = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => resolve(true))
  })
  if (isFree) await new Promise<void>((resolve) => server.close(() => resolve()))
  return isFree
}
