import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type CachingProxy,
  nginxMissing,
  runNginx,
  startProxy,
  startVarnish,
  varnishMissing,
} from './caches.ts'
import { freePort, missing } from './service.ts'

/** A proxy that the documentation has a file for. */
export interface ProxyKind {
  name: string
  absent: string | undefined
  start(folder: string, backendPort: number): Promise<CachingProxy>
}

/** The file, with its own port and the service's; TLS is left to the tests of the proxies themselves. */
async function recipe(name: string, backendPort: number, changes: [string | RegExp, string][]) {
  let text = await readFile(join(import.meta.dirname, '../../../deploy/proxies', name), 'utf8')
  for (const [from, to] of [['127.0.0.1:8080', `127.0.0.1:${backendPort}`] as const, ...changes]) {
    if (typeof from === 'string' ? !text.includes(from) : !from.test(text))
      throw new Error(`${name} has no ${from}`)
    text = text.replace(from, to)
  }
  return text
}

export const proxyKinds: readonly ProxyKind[] = [
  {
    name: 'Caddy',
    absent: missing('caddy'),
    async start(folder, backendPort) {
      const port = await freePort()
      await mkdir(folder)
      const file = join(folder, 'Caddyfile')
      const site = await recipe('Caddyfile', backendPort, [['images.example.com {', `http://:${port} {`]])
      await writeFile(file, `{\n\tadmin off\n\tauto_https off\n}\n${site}`)
      return startProxy(folder, port, 'caddy', ['run', '--adapter', 'caddyfile', '--config', file])
    },
  },
  {
    name: 'nginx',
    absent: nginxMissing,
    async start(folder, backendPort) {
      const port = await freePort()
      await mkdir(folder)
      const http = await recipe('nginx.conf', backendPort, [
        ['listen 443 ssl;', `listen 127.0.0.1:${port};`],
        [/ssl_certificate\w* [^;]*;/, ''],
        [/ssl_certificate\w* [^;]*;/, ''],
      ])
      return runNginx(folder, port, http)
    },
  },
  {
    name: 'HAProxy',
    absent: missing('haproxy'),
    async start(folder, backendPort) {
      const port = await freePort()
      await mkdir(folder)
      const file = join(folder, 'haproxy.cfg')
      const text = await recipe('haproxy.cfg', backendPort, [
        [/bind :443 .*/, `bind 127.0.0.1:${port}`],
        ['check inter 2s', 'check inter 100ms'],
      ])
      await writeFile(file, text)
      return startProxy(folder, port, 'haproxy', ['-db', '-f', file])
    },
  },
  {
    name: 'Varnish',
    absent: varnishMissing,
    start: (folder, backendPort) => startVarnish(folder, backendPort, 'recipe'),
  },
]
