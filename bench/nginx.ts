import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { startServer } from './processes.ts'

export interface Nginx {
  url: string
  pid: number
  stop(): Promise<void>
}

const filterModule = '/usr/lib/nginx/modules/ngx_http_image_filter_module.so'

/** nginx with one file, on one core; null where it is not installed. */
export async function startStaticNginx(file: string, folder: string): Promise<Nginx | null> {
  if (!installed()) return null
  return start(folder, {
    core: 0,
    workers: 1,
    location: `alias ${file};`,
  })
}

/** nginx that resizes one JPEG by its image filter, asked with `?w=300&q=80`; null where the module is not installed. */
export async function startFilteringNginx(file: string, folder: string): Promise<Nginx | null> {
  if (!installed() || !existsSync(filterModule)) return null
  return start(folder, {
    core: null,
    workers: 2,
    location: `alias ${file}; image_filter resize $arg_w -; image_filter_jpeg_quality $arg_q; image_filter_buffer 64M;`,
    modules: `load_module ${filterModule};`,
  })
}

/** nginx that speaks HTTP/2 to clients and passes everything on to one server; null where it is not installed. */
export async function startProxyingNginx(server: string, folder: string): Promise<Nginx | null> {
  if (!installed()) return null
  return start(folder, {
    core: null,
    workers: 1,
    location: `proxy_pass ${server}; proxy_http_version 1.1; proxy_set_header Connection "";`,
    all: true,
  })
}

function installed(): boolean {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

async function start(
  folder: string,
  options: { core: number | null; workers: number; location: string; modules?: string; all?: boolean },
): Promise<Nginx> {
  const port = 20_000 + Math.floor(Math.random() * 12_000)
  const config = join(folder, `nginx-${port}.conf`)
  // Its workers leave root for an account that cannot read our folder, unless told to stay.
  const user = process.getuid?.() === 0 ? 'user root;' : ''
  await writeFile(
    config,
    `${options.modules ?? ''} ${user}
     daemon off; worker_processes ${options.workers}; pid ${folder}/nginx-${port}.pid; error_log stderr; events { worker_connections 4096; }
     http { access_log off; sendfile on; types { image/webp webp; image/jpeg jpg; }
       client_body_temp_path ${folder}; proxy_temp_path ${folder}; fastcgi_temp_path ${folder};
       uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
       server { listen 127.0.0.1:${port}${options.all ? ' http2' : ''}; http2_max_concurrent_streams 1024;
         location ${options.all ? '/' : '= /picture'} { ${options.location} } } }`,
  )
  const command = ['sh', '-c', `echo http://127.0.0.1:${port}; exec nginx -c ${config}`]
  const server = await startServer(command, { core: options.core })
  // The line was printed before nginx began.
  while (!(await answers(port))) await new Promise((resolve) => setTimeout(resolve, 20))
  return { url: options.all ? server.url : `${server.url}/picture`, pid: server.pid, stop: server.stop }
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('error', () => resolve(false))
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
  })
