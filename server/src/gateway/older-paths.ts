import type { App } from '../platform/http/app.ts'

interface OlderPath {
  method: string
  from: RegExp
  to: string
  /** Statuses that the first documents promise in place of today's. */
  statuses?: Readonly<Record<number, number>>
}

/**
 * The paths of the service's first documents, as a table onto today's routes. A row whose shape did not change is
 * a plain rewrite of the URL, made before routing, whatever the method: today's route says which it has. Those that answer differently are in `older-answers.ts`.
 */
const rewrites: readonly OlderPath[] = [
  { method: 'POST', from: /^\/auth\/register\/?$/, to: '/api/auth/register', statuses: { 201: 200 } },
  { method: '*', from: /^\/auth(?=\/|$)/, to: '/api/auth' },
  { method: '*', from: /^\/images\/upload\/?$/, to: '/api/images/upload' },
  { method: '*', from: /^\/images\/?$/, to: '/api/images' },
  { method: '*', from: /^\/images\/transform\/([^/]+)\/?$/, to: '/api/images/$1/transform' },
  { method: '*', from: /^\/images\/transformedImage\/([^/]+)\/?$/, to: '/api/jobs/$1/result' },
]

function rowOf(method: string, path: string): OlderPath | undefined {
  return rewrites.find((row) => (row.method === '*' || row.method === method) && row.from.test(path))
}

const split = (url: string): [path: string, query: string] => {
  const at = url.indexOf('?')
  return at === -1 ? [url, ''] : [url.slice(0, at), url.slice(at)]
}

/** Today's URL for an older one, else the URL as it is. The query is kept. */
export function rewriteOlderPath(method: string, url: string): string {
  const [path, query] = split(url)
  const row = rowOf(method, path)
  return row === undefined ? url : path.replace(row.from, row.to) + query
}

/** Gives the answers of rewritten paths the statuses that their documents promise. Before any route exists. */
export function registerOlderStatuses(app: App): void {
  app.addHook('onSend', async (request, reply) => {
    if (request.originalUrl === request.url) return
    const status = rowOf(request.method, split(request.originalUrl)[0])?.statuses?.[reply.statusCode]
    if (status !== undefined) reply.code(status)
  })
}
