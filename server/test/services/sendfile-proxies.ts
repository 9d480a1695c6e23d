import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type CachingProxy, nginxMissing, runNginx, startProxy } from './caches.ts'
import { freePort, missing } from './service.ts'

const apacheModules = '/usr/lib/apache2/modules'

/** A front server that sends files for the service, by the file that the documentation has for it. */
export interface SendfileProxy {
  name: string
  absent: string | undefined
  /** What DELIVERY_SENDFILE is set to for it. */
  sendfile: 'x-accel-redirect' | 'x-sendfile'
  start(options: SendfileProxyOptions): Promise<CachingProxy>
}

export interface SendfileProxyOptions {
  /** Its own, which it makes. */
  folder: string
  backendPort: number
  /** Of the storage. */
  files: string
  secret: string
}

async function recipe(
  name: string,
  { backendPort, files, secret }: SendfileProxyOptions,
  changes: [string | RegExp, string][],
): Promise<string> {
  const text = await readFile(join(import.meta.dirname, '../../../deploy/proxies', name), 'utf8')
  const all: [string | RegExp, string][] = [
    [/127\.0\.0\.1:8080/g, `127.0.0.1:${backendPort}`],
    [/(?<=alias "|from=|XSendFilePath ")\/srv\/rendition\/files/g, files],
    ['"change-me-to-a-secret"', `"${secret}"`],
    ...changes,
  ]
  return all.reduce((changed, [from, to]) => {
    const next = changed.replace(from, to)
    if (next === changed) throw new Error(`${name} has no ${from}`)
    return next
  }, text)
}

export const sendfileProxies: readonly SendfileProxy[] = [
  {
    name: 'nginx',
    absent: nginxMissing,
    sendfile: 'x-accel-redirect',
    async start(options) {
      const port = await freePort()
      await mkdir(options.folder)
      const http = await recipe('nginx-sendfile.conf', options, [
        ['listen 443 ssl;', `listen 127.0.0.1:${port};`],
        [/ssl_certificate\w* [^;]*;/g, ''],
      ])
      return runNginx(options.folder, port, http)
    },
  },
  {
    name: 'Apache',
    absent:
      missing('apache2') ??
      (existsSync(join(apacheModules, 'mod_xsendfile.so')) ? undefined : 'mod_xsendfile is missing'),
    sendfile: 'x-sendfile',
    async start(options) {
      const { folder } = options
      const port = await freePort()
      await mkdir(folder)
      const site = await recipe('apache-sendfile.conf', options, [
        ['*:443', `127.0.0.1:${port}`],
        [/SSL(?:Engine|Certificate\w*) .*/g, ''],
      ])
      const modules = ['mpm_event', 'authz_core', 'headers', 'proxy', 'proxy_http', 'xsendfile']
      const loaded = modules.map((name) => `LoadModule ${name}_module ${apacheModules}/mod_${name}.so`)
      // Started by root its processes become this account, which reads by the folder's group.
      const account = process.getuid?.() === 0 ? 'User www-data\nGroup www-data' : ''
      const file = join(folder, 'apache.conf')
      await writeFile(
        file,
        `${loaded.join('\n')}
         ServerRoot ${folder}\nDefaultRuntimeDir ${folder}\nPidFile ${folder}/pid\nServerName rendition.test
         ${account}\n Listen 127.0.0.1:${port}\nErrorLog ${folder}/errors\n${site}`,
      )
      return startProxy(folder, port, 'apache2', ['-D', 'FOREGROUND', '-f', file])
    },
  },
]
