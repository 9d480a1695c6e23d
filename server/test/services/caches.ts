import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { answers, type Daemon, endDaemon, freePort, missing, startDaemon, untilReady } from './service.ts'

export const varnishMissing = missing('varnishd')
export const nginxMissing = missing('nginx')

/** A caching proxy on loopback. */
export interface CachingProxy {
  port: number
  stop(): Promise<void>
}

const recipes = join(import.meta.dirname, '../../../deploy/caches')
const paths = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Varnish as it comes (`varnishd -b`), or with the file that the documentation offers. */
export async function startVarnish(
  folder: string,
  backendPort: number,
  how: 'default' | 'recipe',
): Promise<CachingProxy> {
  const port = await freePort()
  await mkdir(folder)
  const args = ['-b', `127.0.0.1:${backendPort}`]
  if (how === 'recipe') {
    const file = join(folder, 'varnish.vcl')
    const recipe = await readFile(join(recipes, 'varnish.vcl'), 'utf8')
    await writeFile(file, recipe.replace('.port = "8080"', `.port = "${backendPort}"`))
    args.splice(0, 2, '-f', file)
  }
  return startProxy(folder, port, 'varnishd', [
    // As root it would turn into an account that cannot read our folder.
    ...['-j', 'none', '-F', '-n', join(folder, 'work'), '-a', `127.0.0.1:${port}`, '-s', 'malloc,64m'],
    ...args,
  ])
}

/** nginx that keeps whatever it may for ten minutes (`proxy_cache_valid any`), or as the documentation offers it. */
export async function startNginx(
  folder: string,
  backendPort: number,
  how: 'default' | 'recipe',
): Promise<CachingProxy> {
  const port = await freePort()
  await mkdir(folder)
  const http =
    how === 'recipe'
      ? (await readFile(join(recipes, 'nginx.conf'), 'utf8'))
          .replaceAll('127.0.0.1:8080', `127.0.0.1:${backendPort}`)
          .replace('127.0.0.1:80;', `127.0.0.1:${port};`)
          .replace('/var/cache/nginx/rendition', join(folder, 'cache'))
      : `proxy_cache_path ${folder}/cache keys_zone=all:10m;
         server { listen 127.0.0.1:${port};
           location / { proxy_pass http://127.0.0.1:${backendPort}; proxy_set_header Host $host;
             proxy_cache all; proxy_cache_key $host$request_uri; proxy_cache_valid any 10m; } }`
  return runNginx(folder, port, http)
}

/** nginx with what stands in its http block. */
export async function runNginx(folder: string, port: number, http: string): Promise<CachingProxy> {
  const file = join(folder, 'nginx.conf')
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${folder}/${name};`,
  )
  // Its workers leave root for an account that cannot read our folder, unless told to stay.
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  await writeFile(
    file,
    `daemon off; ${user} pid ${folder}/pid; error_log stderr; events {}
     http { access_log off; ${temporary.join(' ')}\n${http}\n}`,
  )
  return startProxy(folder, port, 'nginx', ['-c', file])
}

/** Starts a proxy that listens on `port` of 127.0.0.1. */
export async function startProxy(
  folder: string,
  port: number,
  program: string,
  args: readonly string[],
): Promise<CachingProxy> {
  const log = join(folder, 'log')
  const environment = { PATH: `${paths}:${process.env.PATH ?? ''}`, HOME: folder }
  const daemon: Daemon = startDaemon({ program, args, cwd: folder, log, environment, signal: 'TERM' })
  // No service need be behind it yet: 503 is an answer too.
  await untilReady(daemon, log, () => answers(port, 'GET /health HTTP/1.0\r\n\r\n', 'HTTP/1.'))
  return { port, stop: () => endDaemon(daemon, 'SIGTERM') }
}
