import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * What is answered in place of the service's own pages: `second` is another build, `mixed` its worker with the page of the
 * first, as in a rolling update, and `revoked` a service that has no worker.
 */
export type Build = 'first' | 'second' | 'mixed' | 'revoked'

/** A way to the service that can be cut, and shows another build of its page. */
export interface FrontOfService {
  baseUrl: string
  /** How often a path was asked for. */
  asked(path: string): number
  show(build: Build): void
  cut(): Promise<void>
  restore(): Promise<void>
  close(): Promise<void>
}

/** The second build: every file has another name, and other bytes where it names others. */
const renamed = (text: string): string => text.replace(/([\w-]+-[\w-]{8})\.(js|css)\b/g, '$1.second.$2')
const sha256 = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`

export async function standInFront(serviceUrl: string): Promise<FrontOfService> {
  let build: Build = 'first'
  const service = new URL(serviceUrl)
  const textOf = async (path: string): Promise<string> => (await fetch(new URL(path, service))).text()
  const secondPage = async (): Promise<string> =>
    renamed(await textOf('/')).replace('<title>', '<title>Second ')

  const send = (answer: ServerResponse, type: string, text: string): void => {
    answer.writeHead(200, { 'content-type': type, 'cache-control': 'no-cache' }).end(text)
  }
  const answerOther = async (
    path: string,
    asked: IncomingMessage,
    answer: ServerResponse,
  ): Promise<boolean> => {
    if (build === 'first') return false
    if (path === '/worker.js') {
      if (build === 'revoked') answer.writeHead(404).end()
      else {
        const [own, other] = [sha256(await textOf('/')), sha256(await secondPage())]
        const text = renamed(await textOf('/worker.js')).replace(own, other)
        send(answer, 'text/javascript', text.replace(/build:\s*"\w+"|"build":"\w+"/, 'build:"second"'))
      }
      return true
    }
    if (build === 'second' && asked.headers.accept?.includes('text/html') === true && !path.includes('.')) {
      send(answer, 'text/html', await secondPage())
      return true
    }
    // The worker asks for the page by its address alone.
    if (build === 'second' && path === '/') {
      send(answer, 'text/html', await secondPage())
      return true
    }
    if (!path.includes('.second.')) return false
    const name = path.replace('.second.', '.')
    send(answer, name.endsWith('.css') ? 'text/css' : 'text/javascript', renamed(await textOf(name)))
    return true
  }
  const counts = new Map<string, number>()
  const server = createServer((asked, answer) => {
    const path = new URL(asked.url ?? '/', service).pathname
    counts.set(path, (counts.get(path) ?? 0) + 1)
    void answerOther(path, asked, answer).then((done) => {
      if (done) return
      const { method, url, headers } = asked
      const forward = request(
        { host: service.hostname, port: service.port, method, path: url, headers },
        (got) => {
          answer.writeHead(got.statusCode ?? 500, got.headers)
          got.pipe(answer)
        },
      )
      forward.on('error', () => answer.destroy())
      answer.on('close', () => forward.destroy())
      asked.pipe(forward)
    })
  })
  const listen = (port: number): Promise<void> =>
    new Promise((resolve) => server.listen(port, '127.0.0.1', () => resolve()))
  const cut = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  await listen(0)
  const { port } = server.address() as AddressInfo
  return {
    baseUrl: `http://127.0.0.1:${port}`,
    asked: (path) => counts.get(path) ?? 0,
    show(next) {
      build = next
    },
    cut,
    restore: () => (server.listening ? Promise.resolve() : listen(port)),
    close: () => (server.listening ? cut() : Promise.resolve()),
  }
}
